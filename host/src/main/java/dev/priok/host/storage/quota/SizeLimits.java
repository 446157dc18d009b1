package dev.priok.host.storage.quota;

import dev.priok.kernel.fs.Btrfs;
import dev.priok.kernel.fs.FileSystems;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Limits of what folders may hold, in whichever way the file system below them has.
 *
 * <p>Nothing about a limit is kept beside the folder that has it, so there is nothing that a crash
 * could leave out of step. Implementations are safe for use by many threads.
 */
public interface SizeLimits {
  /** Docker's words where a file system keeps none. */
  String NOT_SUPPORTED = "Filesystem does not support, or has not enabled quotas";

  /** Whether limits can be kept here. Asked each time: a mount may have changed. */
  boolean areKept() throws IOException;

  /**
   * Limits an empty folder and all that will be in it. The folder may be made anew, with the mode
   * and the owner that it had.
   *
   * @param bytes more than 0
   */
  void limit(Path folder, long bytes) throws IOException;

  /**
   * Removes a folder with everything in it, and with what the file system keeps of its limit; one
   * without a limit, or no folder at all, is fine.
   */
  void remove(Path folder) throws IOException;

  /**
   * The way of the file system that a place is on.
   *
   * @param below where the limited folder is in each folder of the place, if not that folder itself
   */
  static SizeLimits of(Path place, String... below) throws IOException {
    return FileSystems.usage(place).magic() == Btrfs.MAGIC
        ? new SubvolumeLimits(place)
        : new FolderLimits(place, below);
  }
}
