package dev.priok.engine.containers.spec;

import dev.priok.model.error.EngineException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The cgroup that a container's own lies in ({@code --cgroup-parent}). */
public final class CgroupParent {
  private CgroupParent() {}

  /** Refuses a path that leads out of the cgroup file systems. */
  static void check(@Nullable String parent) {
    if (parent != null && climbs(parent)) {
      throw EngineException.invalid(
          "invalid cgroup parent \"%s\": it must not contain \"..\"", parent);
    }
  }

  private static boolean climbs(String parent) {
    for (Path part : Path.of("/" + parent)) {
      if (part.toString().equals("..")) {
        return true;
      }
    }
    return false;
  }

  /** The path in the cgroup file systems of a container's own cgroup. */
  public static String of(@Nullable String parent, String otherwise, String id) {
    String under = parent == null || parent.isEmpty() ? otherwise : parent;
    return Path.of("/" + under).normalize().resolve(id).toString();
  }
}
