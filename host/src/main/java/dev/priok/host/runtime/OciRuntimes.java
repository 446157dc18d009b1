package dev.priok.host.runtime;

import dev.priok.model.error.EngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The runtimes this daemon knows, and the one it takes where nobody says otherwise.
 *
 * <p>Life cycle: made from the options, and {@link #change changed} when they are read again;
 * {@code runc} and {@code crun} are found by themselves, {@code --add-runtime name=path} adds to
 * them or replaces them. Without {@code --default-runtime} the fastest that works on this machine
 * is the default: crun before runc, see the decision record on the runtime.
 */
public final class OciRuntimes {
  private static final List<Path> BIN =
      List.of(
          Path.of("/usr/local/sbin"),
          Path.of("/usr/local/bin"),
          Path.of("/usr/sbin"),
          Path.of("/usr/bin"),
          Path.of("/sbin"),
          Path.of("/bin"));

  private final Supplier<Boolean> crunWorks;
  private volatile Known known;

  /** What is known at one time. */
  public record Known(Map<String, OciRuntime> byName, String defaultName) {
    public Known {
      byName = Map.copyOf(byName);
    }
  }

  /**
   * Makes the list.
   *
   * @param added from the options, by name
   * @param wanted value of {@code --default-runtime}, null where not given
   */
  public OciRuntimes(Map<String, OciRuntime> added, @Nullable String wanted) {
    this(added, wanted, CgroupViews::crunWorksHere);
  }

  OciRuntimes(Map<String, OciRuntime> added, @Nullable String wanted, Supplier<Boolean> crunWorks) {
    this.crunWorks = crunWorks;
    this.known = look(added, wanted);
  }

  /** Looks and checks without changing anything; {@link #change} makes it hold. */
  public Known look(Map<String, OciRuntime> added, @Nullable String wanted) {
    Map<String, OciRuntime> byName = new LinkedHashMap<>();
    find("crun", byName);
    find("runc", byName);
    byName.putAll(added);
    String defaultName;
    if (wanted != null && !wanted.isEmpty()) {
      if (!byName.containsKey(wanted)) {
        throw EngineException.invalid("specified default runtime '%s' does not exist", wanted);
      }
      defaultName = wanted;
    } else if (byName.containsKey("crun") && (!byName.containsKey("runc") || crunWorks.get())) {
      defaultName = "crun";
    } else if (byName.containsKey("runc")) {
      defaultName = "runc";
    } else {
      throw EngineException.internal(
          "no OCI runtime found: install the package runc or crun, or name one with"
              + " --add-runtime and --default-runtime",
          null);
    }
    return new Known(byName, defaultName);
  }

  /** What holds now. */
  public Known known() {
    return known;
  }

  /** From now on; containers keep the name of the runtime they were created with. */
  public void change(Known now) {
    known = now;
  }

  /** By name; null or empty means the default. */
  public OciRuntime select(@Nullable String name) {
    Known now = known;
    String wanted = name == null || name.isEmpty() ? now.defaultName() : name;
    OciRuntime runtime = now.byName().get(wanted);
    if (runtime == null) {
      throw EngineException.invalid("unknown or invalid runtime name: %s", wanted);
    }
    return runtime;
  }

  public String defaultName() {
    return known.defaultName();
  }

  /** All by name. */
  public Map<String, OciRuntime> all() {
    return known.byName();
  }

  private static void find(String name, Map<String, OciRuntime> byName) {
    BIN.stream()
        .map(directory -> directory.resolve(name))
        .filter(Files::isExecutable)
        .findFirst()
        .ifPresent(path -> byName.put(name, OciRuntime.of(name, path)));
  }
}
