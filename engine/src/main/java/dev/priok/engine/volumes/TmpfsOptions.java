package dev.priok.engine.volumes;

import dev.priok.model.api.container.MountTmpfsOptions;
import dev.priok.model.error.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Options of tmpfs mounts: checked, and safe unless the user says otherwise. */
final class TmpfsOptions {
  private static final List<String> SAFE = List.of("noexec", "nosuid", "nodev");

  /** Flags, each with the one it undoes. */
  private static final Map<String, String> FLAGS =
      Map.ofEntries(
          Map.entry("exec", "noexec"),
          Map.entry("noexec", "exec"),
          Map.entry("suid", "nosuid"),
          Map.entry("nosuid", "suid"),
          Map.entry("dev", "nodev"),
          Map.entry("nodev", "dev"),
          Map.entry("ro", "rw"),
          Map.entry("rw", "ro"),
          Map.entry("sync", "async"),
          Map.entry("async", "sync"),
          Map.entry("atime", "noatime"),
          Map.entry("noatime", "atime"),
          Map.entry("diratime", "nodiratime"),
          Map.entry("nodiratime", "diratime"),
          Map.entry("relatime", "norelatime"),
          Map.entry("norelatime", "relatime"),
          Map.entry("strictatime", "nostrictatime"),
          Map.entry("nostrictatime", "strictatime"),
          Map.entry("defaults", ""),
          Map.entry("dirsync", ""));

  private static final Set<String> KEYS =
      Set.of("size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol");

  private TmpfsOptions() {}

  /** The text of {@code --tmpfs /path:TEXT} joined with the safe defaults. */
  static List<String> merged(String text) {
    List<String> result = new ArrayList<>(SAFE);
    for (String option : text.split(",", -1)) {
      if (option.isEmpty()) {
        continue;
      }
      String key = option.indexOf('=') > 0 ? option.substring(0, option.indexOf('=')) : "";
      if (!FLAGS.containsKey(option) && !KEYS.contains(key)) {
        throw EngineException.invalid("Invalid tmpfs option [\"%s\"]", option);
      }
      String undone = FLAGS.getOrDefault(option, "");
      result.removeIf(o -> o.equals(undone) || o.equals(option));
      result.removeIf(o -> !key.isEmpty() && o.startsWith(key + "="));
      if (!option.equals("defaults")) {
        result.add(option);
      }
    }
    return result;
  }

  /** The options of {@code --mount type=tmpfs}. */
  static List<String> of(@Nullable MountTmpfsOptions options, boolean readOnly) {
    List<String> text = new ArrayList<>();
    if (readOnly) {
      text.add("ro");
    }
    if (options != null) {
      Integer mode = options.mode();
      if (mode != null && mode != 0) {
        text.add("mode=" + Integer.toOctalString(mode));
      }
      Long size = options.sizeBytes();
      if (size != null && size != 0) {
        text.add("size=" + size);
      }
      if (options.options() != null) {
        for (List<String> option : options.options()) {
          if (option.isEmpty() || option.size() > 2) {
            throw EngineException.invalid("invalid option array length");
          }
          if (!Set.of("exec", "noexec").contains(option.getFirst())) {
            throw EngineException.invalid("invalid option: %s", option.getFirst());
          }
          text.add(String.join("=", option));
        }
      }
    }
    return merged(String.join(",", text));
  }
}
