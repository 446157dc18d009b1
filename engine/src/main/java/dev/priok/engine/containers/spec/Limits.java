package dev.priok.engine.containers.spec;

import dev.priok.engine.containers.spec.ProcessPart.Limit;
import dev.priok.model.api.container.Ulimit;
import dev.priok.model.error.EngineException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Resource limits of processes (getrlimit(2)), {@code --ulimit}. */
public final class Limits {
  private static final Set<String> NAMES =
      Set.of(
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack");

  private Limits() {}

  /** Refuses names and values that no process could be given. */
  public static void check(@Nullable List<Ulimit> ulimits) {
    for (Ulimit ulimit : orEmpty(ulimits)) {
      String name = name(ulimit);
      if (!NAMES.contains(name)) {
        throw EngineException.invalid("invalid ulimit type: %s", name);
      }
      long soft = number(ulimit.soft());
      long hard = number(ulimit.hard());
      if (hard != -1 && (soft > hard || soft == -1)) {
        throw EngineException.invalid(
            "ulimit soft limit must be less than or equal to hard limit: %d > %d", soft, hard);
      }
    }
  }

  /** What the container asks for, and of the daemon's defaults those it does not name. */
  static List<Limit> of(@Nullable List<Ulimit> asked, List<Ulimit> defaults) {
    Map<String, Limit> limits = new LinkedHashMap<>();
    defaults.forEach(u -> limits.put(name(u), limit(u)));
    orEmpty(asked).forEach(u -> limits.put(name(u), limit(u)));
    return List.copyOf(limits.values());
  }

  private static Limit limit(Ulimit ulimit) {
    return new Limit(
        "RLIMIT_" + name(ulimit).toUpperCase(Locale.ROOT),
        number(ulimit.soft()),
        number(ulimit.hard()));
  }

  private static String name(Ulimit ulimit) {
    return ulimit.name() == null ? "" : ulimit.name().toLowerCase(Locale.ROOT);
  }

  private static long number(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  private static List<Ulimit> orEmpty(@Nullable List<Ulimit> ulimits) {
    return ulimits == null ? List.of() : ulimits;
  }
}
