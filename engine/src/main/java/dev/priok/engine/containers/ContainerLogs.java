package dev.priok.engine.containers;

import dev.priok.host.logging.LogCeiling;
import dev.priok.host.logging.LogFiles;
import dev.priok.host.logging.LogFollow;
import dev.priok.host.logging.delivery.Deliveries;
import dev.priok.host.logging.drivers.FileLimits;
import dev.priok.host.logging.drivers.LogAttributes;
import dev.priok.host.logging.drivers.LogContext;
import dev.priok.host.logging.drivers.LogDriver;
import dev.priok.host.logging.drivers.LogDrivers;
import dev.priok.host.runtime.Supervision.LogLimits;
import dev.priok.model.api.container.LogConfig;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.ContainerId;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of containers' output: which driver each has, its delivery from start to removal.
 *
 * <p>The local log, which conmon writes, is there whatever the driver is (but for {@code none});
 * {@code docker logs} reads it. What a driver delivers besides follows it.
 */
public final class ContainerLogs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerLogs.class);

  /** Docker's loggerCloseTimeout: how long the end of a container waits for its last lines. */
  private static final Duration LAST_LINES = Duration.ofSeconds(10);

  private final LogDrivers drivers;
  private final LogDefaults defaults;
  private final ContainerFiles files;
  private final LogCeiling ceiling;
  private final String hostName;
  private final Deliveries deliveries = new Deliveries();

  public ContainerLogs(
      LogDrivers drivers,
      LogDefaults defaults,
      ContainerFiles files,
      LogCeiling ceiling,
      String hostName) {
    this.drivers = drivers;
    this.defaults = defaults;
    this.files = files;
    this.ceiling = ceiling;
    this.hostName = hostName;
  }

  /**
   * What holds for a new container: its request, completed by the daemon's settings.
   *
   * @throws EngineException INVALID where that makes no sense
   */
  LogConfig settle(@Nullable LogConfig asked) {
    String type =
        asked == null || asked.type() == null || asked.type().isEmpty()
            ? defaults.driver()
            : asked.type();
    Map<String, String> options =
        new TreeMap<>(asked == null || asked.config() == null ? Map.of() : asked.config());
    defaults
        .options()
        .forEach((key, value) -> {
          if (type.equals(defaults.driver()) || LogDrivers.isCacheOption(key)) {
            options.putIfAbsent(key, value);
          }
        });
    drivers.check(type, options);
    return new LogConfig(type, options);
  }

  private static String type(ContainerRecord record) {
    LogConfig config = record.hostConfig().logConfig();
    return config == null || config.type() == null ? "json-file" : config.type();
  }

  private static Map<String, String> options(ContainerRecord record) {
    LogConfig config = record.hostConfig().logConfig();
    return config == null || config.config() == null ? Map.of() : config.config();
  }

  private LogDriver driver(ContainerRecord record) {
    return drivers.get(type(record));
  }

  /** How the local log is rotated. */
  LogLimits limits(ContainerRecord record) {
    if (type(record).equals("none")) {
      return LogLimits.DISCARD;
    }
    FileLimits limits = drivers.localLog(type(record), options(record));
    return new LogLimits(limits.maxBytes(), limits.maxFiles(), limits.packed());
  }

  /** The path that inspect tells; empty where the driver has none, and before the first start. */
  String path(ContainerRecord record) {
    return record.state().startedAt() == null
        ? ""
        : driver(record)
            .fileName(record.id().value())
            .map(name -> files.folder(record.id()).resolve(name).toString())
            .orElse("");
  }

  /** The local log; refuses where there is none to be read. */
  LogFiles readable(ContainerRecord record) {
    if (type(record).equals("none") || drivers.cacheDisabled(type(record), options(record))) {
      throw EngineException.notImplemented("configured logging driver does not support reading");
    }
    return files(record);
  }

  private LogFiles files(ContainerRecord record) {
    return new LogFiles(files.log(record.id()));
  }

  /** Attributes as {@code docker logs --details} shows them before each line. */
  String details(ContainerRecord record) {
    String text =
        LogAttributes.withTag(context(record)).entrySet().stream()
            .map(e -> escaped(e.getKey()) + "=" + escaped(e.getValue()))
            .collect(Collectors.joining(","));
    return text + " ";
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Opens the target of a container that is about to start; {@link #begin} or {@link #forget}. */
  void open(ContainerRecord record) {
    LogDriver driver = driver(record);
    if (!driver.delivers()) {
      return;
    }
    try {
      Files.createDirectories(files.folder(record.id()));
      deliveries.open(order(record, driver), driver.opensLater(options(record)));
    } catch (IOException e) {
      throw EngineException.internal(
          "failed to create task for container: failed to initialize logging driver: "
              + e.getMessage(),
          e);
    }
  }

  /** It runs. */
  void begin(ContainerRecord record, LogFollow follow) {
    deliveries.begin(record.id().value(), follow);
  }

  /** It runs since before this daemon was started. */
  void resume(ContainerRecord record, LogFollow follow) {
    LogDriver driver = driver(record);
    if (driver.delivers()) {
      deliveries.resume(order(record, driver), follow);
    }
  }

  /** It ended, perhaps unseen: what is not delivered yet is. */
  void complete(ContainerRecord record) {
    LogDriver driver = driver(record);
    if (driver.delivers() && record.state().startedAt() != null) {
      try {
        deliveries.complete(order(record, driver));
      } catch (IOException e) {
        LOG.warn("the log of container {} cannot be completed", record.name(), e);
      }
    }
  }

  /**
   * It is about to be removed: its last lines still get their time to leave, counted from its end,
   * unless they only go into a file that is removed as well.
   */
  void lastLines(ContainerRecord record, @Nullable Instant ended) {
    String id = record.id().value();
    if (ended != null && driver(record).fileName(id).isEmpty()) {
      Duration left = LAST_LINES.minus(Duration.between(ended, Instant.now()));
      try {
        if (!left.isNegative() && !deliveries.await(id, left.toMillis())) {
          LOG.warn("container {} is removed before all of its log was delivered", record.name());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    deliveries.stop(id);
  }

  /** Its start failed. */
  void forget(ContainerId id) {
    deliveries.stop(id.value());
  }

  private Deliveries.Order order(ContainerRecord record, LogDriver driver) {
    LogContext context = context(record);
    Path folder = files.folder(record.id());
    return new Deliveries.Order(
        record.id().value(),
        files(record),
        folder.resolve(record.id().value() + "-log.position"),
        mark -> driver.open(context, mark),
        drivers.retry(driver.name(), options(record)));
  }

  private LogContext context(ContainerRecord record) {
    List<String> command = new ArrayList<>();
    command.add(record.path());
    command.addAll(record.args());
    return new LogContext(
        options(record),
        record.id().value(),
        record.name(),
        command,
        record.image().value(),
        record.imageName(),
        record.created(),
        record.config().env() == null ? List.of() : record.config().env(),
        record.labels(),
        files.folder(record.id()),
        "docker",
        hostName,
        ceiling.fileLimit(0));
  }

  /** Drivers as {@code docker info} lists them. */
  public List<String> driverNames() {
    return drivers.names();
  }

  /** The one of containers that name none. */
  public String defaultDriver() {
    return defaults.driver();
  }

  /** Deliveries end; the next daemon takes them up where they are. */
  @Override
  public void close() {
    deliveries.close();
  }
}
