package dev.priok.host.storage.tree;

import dev.priok.host.archive.RemoveTree;
import dev.priok.host.archive.Whiteouts;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.DirectoryEntry;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.util.function.Predicate;

/** Whiteouts where a layer is a whole copy of its parent: what is gone is removed from the copy. */
public final class TreeWhiteouts implements Whiteouts {
  private static final int DIRECTORY = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

  @Override
  public void gone(Fd directory, String path, String name, Predicate<String> unpacked)
      throws IOException {
    if (!unpacked.test(path)) {
      RemoveTree.in(directory, name);
    } else if (isDirectory(directory, name)) {
      try (Fd inside = At.open(directory, name, DIRECTORY, 0)) {
        opaque(inside, path, unpacked);
      }
    }
  }

  @Override
  public void opaque(Fd directory, String path, Predicate<String> unpacked) throws IOException {
    for (DirectoryEntry entry : At.list(directory)) {
      String full = path.isEmpty() ? entry.name() : path + "/" + entry.name();
      gone(directory, full, entry.name(), unpacked);
    }
  }

  @Override
  public void replacedByDirectory(Fd directory) {
    // the parent's files are gone from the copy already
  }

  private static boolean isDirectory(Fd directory, String name) throws IOException {
    return At.stat(directory, name).isDirectory();
  }
}
