package dev.priok.engine.containers.spec;

import dev.priok.kernel.process.CapabilityNames;
import dev.priok.model.error.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which capabilities a container's processes hold (capabilities(7), in the kernel's order). */
final class Capabilities {
  private static final List<String> ALL = CapabilityNames.ALL;

  /** What Docker gives where nobody says otherwise. */
  private static final List<String> DEFAULT =
      List.of(
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_FSETID",
          "CAP_FOWNER",
          "CAP_MKNOD",
          "CAP_NET_RAW",
          "CAP_SETGID",
          "CAP_SETUID",
          "CAP_SETFCAP",
          "CAP_SETPCAP",
          "CAP_NET_BIND_SERVICE",
          "CAP_SYS_CHROOT",
          "CAP_KILL",
          "CAP_AUDIT_WRITE");

  private final List<String> available;

  Capabilities(HostFacts host) {
    this.available =
        IntStream.range(0, Math.min(ALL.size(), host.lastCapability() + 1))
            .filter(number -> (host.capabilities() >> number & 1) != 0)
            .mapToObj(ALL::get)
            .toList();
  }

  /** The set for a container; unknown names are refused. */
  Set<String> effective(
      @Nullable List<String> add, @Nullable List<String> drop, boolean privileged) {
    if (privileged) {
      return new LinkedHashSet<>(available);
    }
    List<String> added = normalize(add, "CapAdd");
    List<String> dropped = normalize(drop, "CapDrop");
    Set<String> result = new LinkedHashSet<>();
    if (added.contains("ALL")) {
      available.stream().filter(c -> !dropped.contains(c)).forEach(result::add);
    } else {
      if (!dropped.contains("ALL")) {
        DEFAULT.stream().filter(c -> !dropped.contains(c)).forEach(result::add);
      }
      result.addAll(added);
    }
    return result;
  }

  /** Upper case, with the prefix; {@code ALL} stays. */
  List<String> normalize(@Nullable List<String> names, String field) {
    List<String> result = new ArrayList<>();
    for (String name : names == null ? List.<String>of() : names) {
      String upper = name.toUpperCase(Locale.ROOT);
      String full = upper.equals("ALL") || upper.startsWith("CAP_") ? upper : "CAP_" + upper;
      if (!full.equals("ALL")) {
        if (!ALL.contains(full)) {
          throw EngineException.invalid("invalid %s: unknown capability: \"%s\"", field, full);
        }
        if (!available.contains(full)) {
          throw EngineException.invalid(
              "invalid %s: capability not supported by your kernel or not available in the current"
                  + " environment: \"%s\"",
              field, full);
        }
      }
      result.add(full);
    }
    return result;
  }
}
