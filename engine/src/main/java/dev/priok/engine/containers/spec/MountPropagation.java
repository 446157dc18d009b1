package dev.priok.engine.containers.spec;

import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks that a bind's propagation can work, and what the root mount needs for it. */
final class MountPropagation {
  private static final Set<String> KNOWN =
      Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");

  private String root = "";

  /** Adds a bind; refuses a propagation its source cannot have. */
  void add(String source, String propagation) throws IOException {
    if (!KNOWN.contains(propagation)) {
      throw EngineException.invalid("invalid propagation mode: %s", propagation);
    }
    if (propagation.endsWith("shared")) {
      require(source, "shared:", "it is not a shared mount");
      root = "shared";
    } else if (propagation.endsWith("slave")) {
      require(source, "", "it is not a shared or slave mount");
      if (root.isEmpty()) {
        root = "rslave";
      }
    }
  }

  /** Value for {@code linux.rootfsPropagation}; null for the runtime's default. */
  @Nullable String root() {
    return root.isEmpty() ? null : root;
  }

  private static void require(String source, String tag, String complaint) throws IOException {
    Path real = Path.of(source).toRealPath();
    Path best = Path.of("/");
    String optional = "";
    // proc(5): fields 7.. up to a lone "-" are the optional ones, "shared:N" and "master:N".
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      List<String> fields = List.of(line.substring(0, line.indexOf(" - ")).split(" ", -1));
      Path point = Path.of(unescape(fields.get(4)));
      if (real.startsWith(point) && point.getNameCount() >= best.getNameCount()) {
        best = point;
        optional = String.join(" ", fields.subList(6, fields.size()));
      }
    }
    boolean fits = tag.isEmpty() ? !optional.isEmpty() : optional.contains(tag);
    if (!fits) {
      throw EngineException.internal(
          "path %s is mounted on %s but %s".formatted(source, best, complaint), null);
    }
  }

  /** Spaces, tabs, newlines and backslashes are written in octal. */
  static String unescape(String text) {
    return text.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
