package dev.priok.kernel.cgroup;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.DirectoryEntry;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** Walks the groups below one. Containers make such groups and choose their names. */
final class CgroupTree {
  private static final int DIRECTORY =
      OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

  private CgroupTree() {}

  static void processes(Path directory, Set<Integer> into) throws IOException {
    try (Fd fd = At.open(directory, DIRECTORY)) {
      processes(fd, into);
    } catch (LinuxException failure) {
      ignoreGone(failure);
    }
  }

  static void remove(Path directory, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        try (Fd fd = At.open(directory, DIRECTORY)) {
          removeBelow(fd);
        }
        At.removeDirectory(null, directory.toString());
        return;
      } catch (LinuxException failure) {
        if (failure.is(Errno.ENOENT)) {
          return;
        }
        if (!failure.is(Errno.EBUSY) || System.nanoTime() > end) {
          throw failure;
        }
      }
      pause();
    }
  }

  /** A moment, for the kernel to take processes down. */
  static void pause() throws IOException {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("Waiting for a cgroup");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  private static void processes(Fd directory, Set<Integer> into) throws IOException {
    Fd file = At.open(directory, "cgroup.procs", OpenFlags.READ_ONLY, 0);
    try (InputStream in = Io.input(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      text.lines().mapToInt(Integer::parseInt).filter(pid -> pid > 0).forEach(into::add);
    } catch (LinuxException failure) {
      // EOPNOTSUPP: a threaded group; its processes are listed above it.
      if (!failure.is(Errno.EOPNOTSUPP)) {
        ignoreGone(failure);
      }
    }
    for (DirectoryEntry entry : At.list(directory)) {
      if (entry.type() == FileStat.DIRECTORY) {
        try (Fd below = At.open(directory, entry.name(), DIRECTORY, 0)) {
          processes(below, into);
        } catch (LinuxException failure) {
          ignoreGone(failure);
        }
      }
    }
  }

  private static void removeBelow(Fd directory) throws LinuxException {
    for (DirectoryEntry entry : At.list(directory)) {
      if (entry.type() == FileStat.DIRECTORY) {
        try (Fd below = At.open(directory, entry.name(), DIRECTORY, 0)) {
          removeBelow(below);
        }
        At.removeDirectory(directory, entry.name());
      }
    }
  }

  private static void ignoreGone(LinuxException failure) throws LinuxException {
    if (!failure.is(Errno.ENOENT) && !failure.is(Errno.ENODEV)) {
      throw failure;
    }
  }
}
