package dev.priok.host.storage.overlay2;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.ProjectQuota;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A limit on what a container's layer may take, by the project quotas of xfs (mounted with {@code
 * pquota}) and of ext4 (made with {@code -O quota,project} and mounted with {@code prjquota}): every
 * layer that has a limit is a project of its own, and what is made below its folder belongs to it.
 */
final class LayerQuota {
  private static final int READ_DIRECTORY =
      OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

  private final Path root;
  private final boolean available;

  /** The last project number given, 0 before the folders were looked through. */
  private int last;

  private LayerQuota(Path root, boolean available) {
    this.root = root;
    this.available = available;
  }

  static LayerQuota on(Path root) throws IOException {
    try (Fd folder = At.open(root, READ_DIRECTORY)) {
      return new LayerQuota(root, ProjectQuota.isOn(folder));
    }
  }

  boolean isAvailable() {
    return available;
  }

  /** Limits the bytes of a layer's folder, which holds an empty {@code diff} at most. */
  void limit(Path place, long bytes) throws IOException {
    try (Fd folder = At.open(place, READ_DIRECTORY);
        Fd diff = At.open(place.resolve("diff"), READ_DIRECTORY)) {
      int project = next();
      ProjectQuota.limit(folder, project, bytes);
      ProjectQuota.join(folder, project);
      ProjectQuota.join(diff, project);
    }
  }

  /** A number that no layer has; those of layers that are gone come again after a restart. */
  private synchronized int next() throws IOException {
    if (last == 0) {
      try (Fd folder = At.open(root, READ_DIRECTORY)) {
        last = Math.max(ProjectQuota.projectOf(folder), 1);
      }
      try (DirectoryStream<Path> layers = Files.newDirectoryStream(root)) {
        for (Path layer : layers) {
          try (Fd folder = At.open(layer, READ_DIRECTORY)) {
            last = Math.max(last, ProjectQuota.projectOf(folder));
          } catch (LinuxException e) {
            if (!e.is(Errno.ENOENT)) {
              throw e;
            }
          }
        }
      }
    }
    return ++last;
  }
}
