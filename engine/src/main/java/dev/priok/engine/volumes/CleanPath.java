package dev.priok.engine.volumes;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths as texts, cleaned without asking a file system. */
public final class CleanPath {
  private CleanPath() {}

  /** An absolute path without dots and doubled slashes; {@code ..} at the root stays there. */
  public static String absolute(String path) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return "/" + String.join("/", parts);
  }

  /** True where {@code path} is the directory or lies below it; both are clean. */
  public static boolean isWithin(String path, String directory) {
    return directory.equals("/") || path.equals(directory) || path.startsWith(directory + "/");
  }

  static int depth(String path) {
    return path.equals("/") ? 0 : (int) path.chars().filter(c -> c == '/').count();
  }
}
