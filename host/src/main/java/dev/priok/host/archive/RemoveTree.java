package dev.priok.host.archive;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.DirectoryEntry;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Removes a name and everything below it; links are removed, never followed, and other file systems
 * are not entered.
 *
 * <p>Trees may be as deep as a hostile container made them: below a certain depth a directory is
 * moved up beside the top and waits there, so that neither the stack nor the descriptors run out.
 */
public final class RemoveTree {
  private static final int DEEPEST = 64;

  private final Fd top;
  private final Deque<String> waiting = new ArrayDeque<>();
  private int moved;

  /** Names that may still be removed. */
  private long left;

  private RemoveTree(Fd top, long most) {
    this.top = top;
    this.left = most;
  }

  /** Removes a path that is ours up to its last part; nothing there is fine. */
  public static void at(Path path) throws LinuxException {
    at(path, Long.MAX_VALUE);
  }

  /**
   * As {@link #at(Path)}, but gives up after so many names, for a caller who cannot wait long.
   *
   * @param most fewer than {@value #DEEPEST}, so that nothing is moved to another place before that
   * @return whether all is gone; what is left can be removed by a further call
   */
  public static boolean few(Path path, int most) throws LinuxException {
    if (most >= DEEPEST) {
      throw new IllegalArgumentException("not few: " + most);
    }
    return at(path, most);
  }

  private static boolean at(Path path, long most) throws LinuxException {
    Path parent = path.toAbsolutePath().getParent();
    Path name = path.getFileName();
    if (parent == null || name == null) {
      throw new IllegalArgumentException("not a path below a directory: " + path);
    }
    Fd directory;
    try {
      directory = At.open(parent, OpenFlags.PATH | OpenFlags.DIRECTORY);
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT)) {
        return true;
      }
      throw e;
    }
    try (directory) {
      return in(directory, name.toString(), most);
    }
  }

  /** Removes a name in a directory; nothing there is fine. */
  public static void in(Fd directory, String name) throws LinuxException {
    in(directory, name, Long.MAX_VALUE);
  }

  private static boolean in(Fd directory, String name, long most) throws LinuxException {
    RemoveTree work = new RemoveTree(directory, most);
    work.remove(directory, name);
    for (String next = work.waiting.poll();
        next != null && work.left >= 0;
        next = work.waiting.poll()) {
      work.removeDirectory(directory, next, 0);
    }
    return work.left >= 0;
  }

  private void remove(Fd directory, String name) throws LinuxException {
    try {
      At.remove(directory, name);
      return;
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT)) {
        return;
      }
      if (!e.is(Errno.EISDIR) && !e.is(Errno.EPERM)) {
        throw e;
      }
    }
    removeDirectory(directory, name, 0);
  }

  private void removeDirectory(Fd directory, String name, int depth) throws LinuxException {
    for (int attempt = 0; left >= 0; attempt++) {
      try {
        At.removeDirectory(directory, name);
        return;
      } catch (LinuxException e) {
        if (e.is(Errno.ENOENT)) {
          return;
        }
        if (e.is(Errno.ENOTDIR)) {
          At.remove(directory, name); // it was one when the directory was read
          return;
        }
        // somebody still writes into it: a few more rounds, then the error is the user's
        if ((!e.is(Errno.ENOTEMPTY) && !e.is(Errno.EEXIST)) || attempt > 8) {
          throw e;
        }
      }
      empty(directory, name, depth);
    }
  }

  private void empty(Fd directory, String name, int depth) throws LinuxException {
    if (depth >= DEEPEST) {
      String place = ".removed-" + ProcessHandle.current().pid() + "-" + moved++;
      At.rename(directory, name, top, place);
      waiting.add(place);
      return;
    }
    int flags = OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
    try (Fd inside = At.open(directory, name, flags, 0)) {
      for (DirectoryEntry entry : At.list(inside)) {
        if (--left < 0) {
          return;
        }
        boolean isDirectory =
            entry.type() == FileStat.DIRECTORY
                || (entry.type() == 0 && At.stat(inside, entry.name()).isDirectory());
        if (isDirectory) {
          removeDirectory(inside, entry.name(), depth + 1);
        } else {
          At.remove(inside, entry.name());
        }
      }
    }
  }
}
