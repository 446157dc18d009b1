package dev.priok.host.storage.layer;

import dev.priok.kernel.call.FileStat;

/** Whether a file changed, told by its status as Docker tells it: content is not compared. */
public final class Difference {
  private Difference() {}

  /**
   * Size and time of a directory change with what is in it and say nothing about itself; the inode
   * changes when a file is copied up.
   */
  public static boolean between(FileStat before, FileStat now) {
    if (before.mode() != now.mode()
        || before.uid() != now.uid()
        || before.gid() != now.gid()
        || before.rdev() != now.rdev()) {
      return true;
    }
    return !now.isDirectory()
        && (before.size() != now.size() || !before.modified().equals(now.modified()));
  }
}
