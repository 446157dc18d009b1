package dev.priok.kernel.call;

/** Flags of openat(2) and openat2(2); combine with {@code |}. */
public final class OpenFlags {
  /** For reading. */
  public static final int READ_ONLY = 0;

  /** For writing. */
  public static final int WRITE_ONLY = 1;

  /** For both. */
  public static final int READ_WRITE = 2;

  /** Make it if it is not there. */
  public static final int CREATE = 0100;

  /** With {@link #CREATE}: fail if it is there, and do not follow a link in its place. */
  public static final int EXCLUSIVE = 0200;

  /** A terminal opened does not become the controlling one. */
  public static final int NO_CTTY = 0400;

  /** Empty it. */
  public static final int TRUNCATE = 01000;

  /** Write at the end. */
  public static final int APPEND = 02000;

  /** Calls return EAGAIN rather than wait. */
  public static final int NON_BLOCKING = 04000;

  /** Fail unless it is a directory. */
  public static final int DIRECTORY = Architecture.ARM64 ? 040000 : 0200000;

  /** Fail with ELOOP if the last part is a symbolic link (with {@link #PATH}: open the link). */
  public static final int NO_FOLLOW = Architecture.ARM64 ? 0100000 : 0400000;

  /** Close when a program is executed. {@link At} and {@link Io} always add it. */
  public static final int CLOSE_ON_EXEC = 02000000;

  /** Only a place in the tree, not its contents; needs no permission on it. */
  public static final int PATH = 010000000;

  private OpenFlags() {}
}
