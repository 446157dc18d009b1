package dev.priok.host.archive;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Names of tar members as paths below a root: no leading slash, no dots, no doubled slashes. */
public final class EntryPath {
  private EntryPath() {}

  /**
   * The clean form of a name, empty for the root itself. A leading slash means the root, as with
   * tar and Docker.
   *
   * @return null where the name climbs out of the root
   */
  public static @Nullable String clean(String name) {
    if (name.indexOf("//") < 0
        && !name.startsWith("/")
        && !name.startsWith(".")
        && !name.endsWith("/")
        && name.indexOf("/.") < 0) {
      return name;
    }
    Deque<String> parts = new ArrayDeque<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        if (parts.pollLast() == null) {
          return null;
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return String.join("/", parts);
  }

  /** The clean form as the kernel walks below a root: {@code ..} at the root stays there. */
  static String clamped(String name) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return String.join("/", parts);
  }

  /** Empty for a name directly below the root. */
  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  static String base(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
