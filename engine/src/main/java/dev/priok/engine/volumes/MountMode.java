package dev.priok.engine.volumes;

import java.util.Map;
import java.util.Set;

/** The comma-separated options after the second colon of {@code -v}. */
final class MountMode {
  static final Set<String> PROPAGATIONS =
      Set.of("private", "rprivate", "slave", "rslave", "shared", "rshared");

  /** One option of each group at most. */
  private static final Map<String, String> GROUPS =
      Map.ofEntries(
          Map.entry("rw", "access"),
          Map.entry("ro", "access"),
          Map.entry("z", "label"),
          Map.entry("Z", "label"),
          Map.entry("nocopy", "copy"),
          Map.entry("consistent", "consistency"),
          Map.entry("cached", "consistency"),
          Map.entry("delegated", "consistency"),
          Map.entry("private", "propagation"),
          Map.entry("rprivate", "propagation"),
          Map.entry("slave", "propagation"),
          Map.entry("rslave", "propagation"),
          Map.entry("shared", "propagation"),
          Map.entry("rshared", "propagation"));

  private MountMode() {}

  static boolean isValid(String mode) {
    if (mode.isEmpty()) {
      return true;
    }
    Set<String> seen = new java.util.HashSet<>();
    for (String option : mode.split(",", -1)) {
      String group = GROUPS.get(option);
      if (group == null || !seen.add(group)) {
        return false;
      }
    }
    return true;
  }

  static boolean has(String mode, String option) {
    return java.util.Arrays.asList(mode.split(",", -1)).contains(option);
  }

  /** Empty where the mode names none. */
  static String propagation(String mode) {
    for (String option : mode.split(",", -1)) {
      if (PROPAGATIONS.contains(option)) {
        return option;
      }
    }
    return "";
  }
}
