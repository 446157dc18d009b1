package dev.priok.host.storage.btrfs;

import dev.priok.host.archive.RemoveTree;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.Btrfs;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Removes a subvolume, those that a container made below it (a container engine inside does), and
 * its quota group.
 */
public final class RemoveSubvolume {
  private static final int READ_DIRECTORY =
      OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

  private RemoveSubvolume() {}

  /** Nothing there is fine; a plain folder in its place goes as well. */
  public static void in(Fd directory, String name) throws LinuxException {
    FileStat stat;
    try {
      stat = At.stat(directory, name);
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT)) {
        return;
      }
      throw e;
    }
    if (!Btrfs.isSubvolume(stat)) {
      RemoveTree.in(directory, name);
      return;
    }
    long id;
    try (Fd self = At.open(directory, name, READ_DIRECTORY, 0)) {
      id = Btrfs.subvolumeId(self);
    }
    try {
      Btrfs.destroy(directory, name);
    } catch (LinuxException e) {
      if (!e.is(Errno.ENOTEMPTY)) {
        throw e;
      }
      below(directory, id);
      Btrfs.destroy(directory, name);
    }
    Btrfs.removeQuotaGroup(directory, id);
  }

  /** By their ids: a tree may be as deep as a hostile container made it. */
  private static void below(Fd file, long id) throws LinuxException {
    Deque<Long> open = new ArrayDeque<>(Btrfs.below(file, id));
    while (!open.isEmpty()) {
      long next = open.element();
      List<Long> inside = Btrfs.below(file, next);
      if (inside.isEmpty()) {
        Btrfs.destroy(file, next);
        Btrfs.removeQuotaGroup(file, next);
        open.pop();
        if (open.isEmpty()) {
          open.addAll(Btrfs.below(file, id));
        }
      } else {
        inside.forEach(open::push);
      }
    }
  }
}
