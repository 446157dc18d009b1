package dev.priok.host.logging.drivers;

import dev.priok.model.error.EngineException;
import dev.priok.model.size.ByteSizes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The drivers there are, and what is common to the options of all of them. */
public final class LogDrivers {
  /** Drivers of Docker that need a cloud's or a vendor's service. */
  private static final Set<String> NOT_YET = Set.of("awslogs", "etwlogs", "gcplogs", "splunk");

  private static final Set<String> MODES = Set.of("", "blocking", "non-blocking");
  private static final String CACHE = "cache-";
  private static final Set<String> CACHE_OPTIONS =
      Set.of("cache-disabled", "cache-max-size", "cache-max-file", "cache-compress");

  private final Map<String, LogDriver> drivers = new TreeMap<>();

  LogDrivers(List<LogDriver> drivers) {
    drivers.forEach(driver -> this.drivers.put(driver.name(), driver));
  }

  /** All of them. */
  public static LogDrivers standard() {
    return new LogDrivers(
        List.of(
            new JsonFileDriver(),
            new LocalDriver(),
            new NoneDriver(),
            new JournaldDriver(Path.of("/run/systemd/journal/socket")),
            new SyslogDriver(),
            new FluentdDriver(),
            new GelfDriver()));
  }

  /** Names in order, as {@code docker info} lists them: without {@code none}. */
  public List<String> names() {
    return drivers.keySet().stream().filter(name -> !name.equals("none")).toList();
  }

  /** The driver of that name, or Docker's refusal. */
  public LogDriver get(String name) {
    LogDriver driver = drivers.get(name);
    if (driver != null) {
      return driver;
    }
    if (NOT_YET.contains(name)) {
      throw EngineException.invalid(
          "logger: the log driver '%s' is not supported by Priok; there are %s",
          name, String.join(", ", names()));
    }
    // Docker looks among its plugins then, and says so; there are none here.
    throw EngineException.invalid(
        "error looking up logging plugin %s: plugin \"%s\" not found", name, name);
  }

  /** Refuses a driver that there is not, and options that make no sense with it. */
  public void check(String name, Map<String, String> options) {
    if (name.equals("none")) {
      return; // as Docker: whatever the options are
    }
    String mode = options.getOrDefault("mode", "");
    if (!MODES.contains(mode)) {
      throw EngineException.invalid("logger: logging mode not supported: %s", mode);
    }
    String size = options.get("max-buffer-size");
    if (size != null) {
      if (!mode.equals("non-blocking")) {
        throw EngineException.invalid(
            "logger: max-buffer-size option is only supported with 'mode=non-blocking'");
      }
      ByteSizes.parse(size, "max-buffer-size");
    }
    cacheDisabled(options);
    FileLimits.local(options, CACHE);
    get(name).check(own(options));
  }

  /** Without those that are no driver's own. */
  static Map<String, String> own(Map<String, String> options) {
    Map<String, String> result = new TreeMap<>(options);
    result.remove("mode");
    result.remove("max-buffer-size");
    result.keySet().removeAll(CACHE_OPTIONS);
    return result;
  }

  /** Whether this is an option of the local log behind a driver that has none of its own. */
  public static boolean isCacheOption(String key) {
    return CACHE_OPTIONS.contains(key);
  }

  /** Whether {@code docker logs} must not be answered; only other drivers than local files can. */
  public boolean cacheDisabled(String name, Map<String, String> options) {
    return !name.equals("json-file") && !name.equals("local") && cacheDisabled(options);
  }

  private static boolean cacheDisabled(Map<String, String> options) {
    String text = options.getOrDefault(CACHE + "disabled", "");
    return !text.isEmpty() && LogOptions.flag(text, "invalid value for option cache-disabled: %s");
  }

  /** How the local log behind that driver is rotated. */
  public FileLimits localLog(String name, Map<String, String> options) {
    return switch (name) {
      case "json-file" -> FileLimits.jsonFile(options);
      case "local" -> FileLimits.local(options, "");
      default ->
          cacheDisabled(options)
              ? FileLimits.local(Map.of("cache-max-file", "2"), CACHE)
              : FileLimits.local(options, CACHE);
    };
  }

  /** What happens while a target fails: the driver's own way, within the user's mode. */
  public RetryPolicy retry(String name, Map<String, String> options) {
    RetryPolicy own = get(name).retry(own(options));
    if (!"non-blocking".equals(options.get("mode"))) {
      return own;
    }
    return own.atMost(ByteSizes.parse(options.getOrDefault("max-buffer-size", "1000000"), ""));
  }
}
