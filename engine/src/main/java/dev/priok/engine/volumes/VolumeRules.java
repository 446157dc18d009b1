package dev.priok.engine.volumes;

import dev.priok.model.error.EngineException;
import dev.priok.model.size.ByteSizes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a local volume may be called and may be asked for; the sentences are Docker's. */
final class VolumeRules {
  private static final String SIZE = "size";
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
  private static final Set<String> OPTIONS = Set.of("type", "o", "device", SIZE);

  private VolumeRules() {}

  static boolean isName(String name) {
    return NAME.matcher(name).matches() && name.length() <= 255;
  }

  static void name(String name) {
    if (name.length() == 1) {
      throw EngineException.invalid(
          "create %s: volume name is too short, names should be at least two alphanumeric"
              + " characters",
          name);
    }
    if (!isName(name)) {
      throw EngineException.invalid(
          "create %s: \"%s\" includes invalid characters for a local volume name, only"
              + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host"
              + " directory, use absolute path",
          name, name);
    }
  }

  static void options(String name, Map<String, String> options) {
    for (String option : new TreeMap<>(options).keySet()) {
      if (!OPTIONS.contains(option)) {
        throw EngineException.invalid("create %s: invalid option: \"%s\"", name, option);
      }
    }
    if (options.containsKey(SIZE) && options.containsKey("device")) {
      throw EngineException.invalid(
          "create %s: size limits a volume's own files, and not what device mounts over them",
          name);
    }
    require(name, options, "device", "type");
    require(name, options, "type", "device");
    require(name, options, "o", "device");
    require(name, options, "o", "type");
  }

  /** Bytes that a volume may hold, units in powers of 1024; 0 for no limit. */
  static long size(String name, Map<String, String> options) {
    String text = options.get(SIZE);
    if (text == null) {
      return 0;
    }
    try {
      return ByteSizes.parse(text, SIZE);
    } catch (EngineException e) {
      throw EngineException.invalid("create %s: %s", name, e.getMessage());
    }
  }

  private static void require(
      String name, Map<String, String> options, String given, String needed) {
    if (options.containsKey(given) && !options.containsKey(needed)) {
      throw EngineException.invalid("create %s: missing required option: \"%s\"", name, needed);
    }
  }
}
