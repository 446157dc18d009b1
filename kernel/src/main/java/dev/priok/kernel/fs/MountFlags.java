package dev.priok.kernel.fs;

/** Flags of mount(2) and umount2(2); combine with {@code |}. */
public final class MountFlags {
  /** No writing. */
  public static final long READ_ONLY = 1;

  /** Set-uid bits and file capabilities have no effect. */
  public static final long NO_SUID = 2;

  /** Device nodes have no effect. */
  public static final long NO_DEV = 4;

  /** Nothing can be executed. */
  public static final long NO_EXEC = 8;

  /** Writes go to the disk at once. */
  public static final long SYNCHRONOUS = 16;

  /** Change the flags of a mount that is there. */
  public static final long REMOUNT = 32;

  /** Names in directories go to the disk at once. */
  public static final long DIR_SYNC = 128;

  /** Do not follow links below this mount. */
  public static final long NO_SYM_FOLLOW = 256;

  /** Access times are not kept. */
  public static final long NO_ATIME = 1024;

  /** Access times of directories are not kept. */
  public static final long NO_DIR_ATIME = 2048;

  /** Make a directory or file appear in a second place. */
  public static final long BIND = 4096;

  /** Move a mount. */
  public static final long MOVE = 8192;

  /** With BIND or a propagation flag: the mounts below too. */
  public static final long RECURSIVE = 16384;

  /** No messages in the kernel log. */
  public static final long SILENT = 32768;

  /** Propagation: cannot be bind-mounted. */
  public static final long UNBINDABLE = 1 << 17;

  /** Propagation: neither gives nor takes. */
  public static final long PRIVATE = 1 << 18;

  /** Propagation: takes only. */
  public static final long SLAVE = 1 << 19;

  /** Propagation: gives and takes. */
  public static final long SHARED = 1 << 20;

  /** Access times only when older than the last change. */
  public static final long REL_ATIME = 1 << 21;

  /** Access times always. */
  public static final long STRICT_ATIME = 1 << 24;

  /** Times are written lazily. */
  public static final long LAZY_TIME = 1 << 25;

  /** Unmounting: abort requests (network file systems). */
  public static final int UNMOUNT_FORCE = 1;

  /** Unmounting: detach now, clean up when it is no longer busy. */
  public static final int UNMOUNT_DETACH = 2;

  /** Unmounting: do not follow a link. */
  public static final int UNMOUNT_NO_FOLLOW = 8;

  private MountFlags() {}
}
