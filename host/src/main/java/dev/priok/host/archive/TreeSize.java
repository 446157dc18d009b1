package dev.priok.host.archive;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.DirectoryEntry;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Bytes of file content below a directory; a file with several names counts once. */
public final class TreeSize {
  /** So many directories are remembered: looking at them again takes a millisecond. */
  private static final int MOST_WATCHED = 512;

  private record FileKey(long device, long inode) {}

  /**
   * What was counted, and the times of the first directories: files that came, went or were renamed
   * in them show; files that grew do not.
   */
  public record Counted(long bytes, Path top, List<Seen> directories) {
    /**
     * A directory below the top, by its way from there, as it was before its files were counted.
     */
    public record Seen(String path, Instant changed) {}

    /** False where a directory has changed, or cannot be looked at. Takes a system call each. */
    public boolean looksUnchanged() {
      try {
        return DiskWork.call(() -> {
          try (Fd folder = At.open(top, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
            for (Seen seen : directories) {
              FileStat now = seen.path().isEmpty() ? At.stat(folder) : At.stat(folder, seen.path());
              if (!now.changed().equals(seen.changed())) {
                return false;
              }
            }
            return true;
          }
        });
      } catch (IOException e) {
        return false; // gone, or behind a link by now: to be counted anew
      }
    }
  }

  private final Set<FileKey> seen = new HashSet<>();
  private final List<Counted.Seen> watched = new ArrayList<>();
  private long bytes;

  private TreeSize() {}

  /** Counts below a directory of ours; what vanishes meanwhile does not count. */
  public static long of(Path directory) throws IOException {
    return count(directory).bytes();
  }

  /** Likewise, with what tells later whether to count again. */
  public static Counted count(Path directory) throws IOException {
    return DiskWork.call(() -> {
      TreeSize size = new TreeSize();
      try (Fd top = At.open(directory, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
        size.watch("", At.stat(top));
        size.add(top, "");
      }
      return new Counted(size.bytes, directory, List.copyOf(size.watched));
    });
  }

  private void watch(String path, FileStat directory) {
    if (watched.size() < MOST_WATCHED) {
      watched.add(new Counted.Seen(path, directory.changed()));
    }
  }

  private void add(Fd directory, String path) throws IOException {
    for (DirectoryEntry entry : At.list(directory)) {
      try {
        FileStat stat = At.stat(directory, entry.name());
        if (stat.isDirectory()) {
          int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
          String below = path.isEmpty() ? entry.name() : path + "/" + entry.name();
          watch(below, stat);
          try (Fd inside = At.open(directory, entry.name(), flags, 0)) {
            add(inside, below);
          }
        } else if (stat.isRegular() || stat.isSymlink()) {
          if (stat.links() == 1 || seen.add(new FileKey(stat.device(), stat.inode()))) {
            bytes += stat.size();
          }
        }
      } catch (LinuxException e) {
        if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ELOOP)) {
          throw e;
        }
      }
    }
  }
}
