package dev.priok.host.storage.tree;

import dev.priok.host.storage.StorageDriver.Change;
import dev.priok.host.storage.StorageDriver.ChangeKind;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Bytes of content in the files that changed; a file with several names counts once. */
final class ChangedSize {
  private record FileKey(long device, long inode) {}

  private ChangedSize() {}

  static long of(Path root, List<Change> changes) throws IOException {
    Set<FileKey> seen = new HashSet<>();
    long bytes = 0;
    try (Fd top = At.open(root, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      for (Change change : changes) {
        if (change.kind() == ChangeKind.DELETED) {
          continue;
        }
        String path = change.path().substring(1);
        int slash = path.lastIndexOf('/');
        try (Fd directory = PackChanges.directory(top, slash < 0 ? "" : path.substring(0, slash))) {
          FileStat stat = At.stat(directory, path.substring(slash + 1));
          boolean counts = stat.isRegular() || stat.isSymlink();
          if (counts && (stat.links() == 1 || seen.add(new FileKey(stat.device(), stat.inode())))) {
            bytes += stat.size();
          }
        }
      }
    }
    return bytes;
  }
}
