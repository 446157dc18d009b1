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

  private RemoveTree(Fd top) {
    this.top = top;
  }

  /** Removes a path that is ours up to its last part; nothing there is fine. */
  public static void at(Path path) throws LinuxException {
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
        return;
      }
      throw e;
    }
    try (directory) {
      in(directory, name.toString());
    }
  }

  /** Removes a name in a directory; nothing there is fine. */
  public static void in(Fd directory, String name) throws LinuxException {
    RemoveTree work = new RemoveTree(directory);
    work.remove(directory, name, 0);
    for (String next = work.waiting.poll(); next != null; next = work.waiting.poll()) {
      work.remove(directory, next, 0);
    }
  }

  private void remove(Fd directory, String name, int depth) throws LinuxException {
    for (int attempt = 0; ; attempt++) {
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
      try {
        At.removeDirectory(directory, name);
        return;
      } catch (LinuxException e) {
        if (e.is(Errno.ENOENT)) {
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
        boolean isDirectory =
            entry.type() == FileStat.DIRECTORY
                || (entry.type() == 0 && At.stat(inside, entry.name()).isDirectory());
        if (isDirectory) {
          remove(inside, entry.name(), depth + 1);
        } else {
          At.remove(inside, entry.name());
        }
      }
    }
  }
}
