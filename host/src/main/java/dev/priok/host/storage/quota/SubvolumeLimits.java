package dev.priok.host.storage.quota;

import dev.priok.host.storage.btrfs.RemoveSubvolume;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.Btrfs;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Limits of folders on btrfs, which counts by subvolume: a limited folder becomes one. The first
 * limit switches quota groups on for the whole file system, as a container's does.
 */
final class SubvolumeLimits implements SizeLimits {
  private static final int READ = OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

  private final Path place;

  SubvolumeLimits(Path place) {
    this.place = place;
  }

  @Override
  public boolean areKept() throws IOException {
    try (Fd folder = At.open(place, READ)) {
      return Btrfs.subvolumeId(folder) != 0;
    }
  }

  @Override
  public void limit(Path folder, long bytes) throws IOException {
    String name = folder.getFileName().toString();
    try (Fd parent = At.open(folder.resolveSibling("."), READ)) {
      FileStat before = At.stat(parent, name);
      Btrfs.enableQuota(parent);
      At.removeDirectory(parent, name);
      Btrfs.create(parent, name);
      try (Fd made = At.open(parent, name, READ, 0)) {
        Btrfs.limitReferenced(made, bytes);
        At.changeMode(made, before.permissions());
        At.changeOwner(made, before.uid(), before.gid());
      }
    }
  }

  @Override
  public void remove(Path folder) throws IOException {
    try (Fd parent = At.open(folder.resolveSibling("."), READ)) {
      RemoveSubvolume.in(parent, folder.getFileName().toString());
    } catch (LinuxException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }
}
