package dev.priok.host.storage.tree;

import dev.priok.host.archive.Pack;
import dev.priok.host.storage.StorageDriver.Change;
import dev.priok.host.storage.StorageDriver.ChangeKind;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.util.List;

/** A list of changes as a layer's tar: what is gone as whiteouts, the rest from the tree. */
public final class PackChanges {
  private PackChanges() {}

  /** Packs what changed below an open directory, in the order of the list. */
  public static void into(Pack pack, Fd top, List<Change> changes) throws IOException {
    for (Change change : changes) {
      String path = change.path().substring(1);
      if (change.kind() == ChangeKind.DELETED) {
        pack.whiteout(path);
        continue;
      }
      int slash = path.lastIndexOf('/');
      String parent = slash < 0 ? "" : path.substring(0, slash);
      try (Fd directory = directory(top, parent)) {
        pack.single(directory, path.substring(slash + 1), path);
      }
    }
  }

  static Fd directory(Fd top, String path) throws IOException {
    int flags = OpenFlags.PATH | OpenFlags.DIRECTORY;
    return At.openResolved(top, path, flags, 0, At.RESOLVE_BENEATH | At.RESOLVE_NO_SYMLINKS);
  }
}
