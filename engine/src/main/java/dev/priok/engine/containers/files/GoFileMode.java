package dev.priok.engine.containers.files;

import dev.priok.kernel.call.FileStat;

/** File modes as Go's os.FileMode has them; clients read them from the stat header. */
final class GoFileMode {
  private static final long DIRECTORY = 1L << 31;
  private static final long SYMLINK = 1L << 27;
  private static final long DEVICE = 1L << 26;
  private static final long NAMED_PIPE = 1L << 25;
  private static final long SOCKET = 1L << 24;
  private static final long SETUID = 1L << 23;
  private static final long SETGID = 1L << 22;
  private static final long CHARACTER_DEVICE = 1L << 21;
  private static final long STICKY = 1L << 20;

  private GoFileMode() {}

  static long of(FileStat stat) {
    long mode = stat.permissions() & 0777;
    mode |=
        switch (stat.type()) {
          case FileStat.DIRECTORY -> DIRECTORY;
          case FileStat.SYMLINK -> SYMLINK;
          case FileStat.BLOCK_DEVICE -> DEVICE;
          case FileStat.CHARACTER_DEVICE -> DEVICE | CHARACTER_DEVICE;
          case FileStat.FIFO -> NAMED_PIPE;
          case FileStat.SOCKET -> SOCKET;
          default -> 0;
        };
    mode |= (stat.mode() & 04000) != 0 ? SETUID : 0;
    mode |= (stat.mode() & 02000) != 0 ? SETGID : 0;
    mode |= (stat.mode() & 01000) != 0 ? STICKY : 0;
    return mode;
  }
}
