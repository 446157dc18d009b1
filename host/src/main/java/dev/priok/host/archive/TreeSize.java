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
import java.util.HashSet;
import java.util.Set;

/** Bytes of file content below a directory; a file with several names counts once. */
public final class TreeSize {
  private record FileKey(long device, long inode) {}

  private final Set<FileKey> seen = new HashSet<>();
  private long bytes;

  private TreeSize() {}

  /** Counts below a directory of ours; what vanishes meanwhile does not count. */
  public static long of(Path directory) throws IOException {
    return DiskWork.call(() -> {
      TreeSize size = new TreeSize();
      try (Fd top = At.open(directory, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
        size.add(top);
      }
      return size.bytes;
    });
  }

  private void add(Fd directory) throws IOException {
    for (DirectoryEntry entry : At.list(directory)) {
      try {
        FileStat stat = At.stat(directory, entry.name());
        if (stat.isDirectory()) {
          int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
          try (Fd inside = At.open(directory, entry.name(), flags, 0)) {
            add(inside);
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
