package dev.priok.kernel.call;

import java.time.Instant;

/**
 * What statx(2) says about a file.
 *
 * @param mode type and permission bits together
 * @param uid owner
 * @param gid group
 * @param size bytes; for a symbolic link the length of its target
 * @param inode number within the device
 * @param device the device it is on, as makedev(3) packs it
 * @param rdev for device nodes, the device it is; see {@link Device}
 * @param links number of names
 * @param blocks units of 512 bytes that it occupies
 * @param accessed last access
 * @param modified last change of contents
 * @param changed last change of contents or metadata
 * @param mountId the mount it was reached through, as in mountinfo
 */
public record FileStat(
    int mode,
    int uid,
    int gid,
    long size,
    long inode,
    long device,
    long rdev,
    long links,
    long blocks,
    Instant accessed,
    Instant modified,
    Instant changed,
    long mountId) {
  /** The mask of the type within the mode. */
  public static final int TYPE_MASK = 0170000;

  /** Socket. */
  public static final int SOCKET = 0140000;

  /** Symbolic link. */
  public static final int SYMLINK = 0120000;

  /** Regular file. */
  public static final int REGULAR = 0100000;

  /** Block device. */
  public static final int BLOCK_DEVICE = 0060000;

  /** Directory. */
  public static final int DIRECTORY = 0040000;

  /** Character device. */
  public static final int CHARACTER_DEVICE = 0020000;

  /** Named pipe. */
  public static final int FIFO = 0010000;

  /** One of the type constants. */
  public int type() {
    return mode & TYPE_MASK;
  }

  /** The twelve permission bits. */
  public int permissions() {
    return mode & 07777;
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return type() == DIRECTORY;
  }

  /** Whether it is a regular file. */
  public boolean isRegular() {
    return type() == REGULAR;
  }

  /** Whether it is a symbolic link. */
  public boolean isSymlink() {
    return type() == SYMLINK;
  }

  /** Whether it is a block or a character device. */
  public boolean isDevice() {
    return type() == BLOCK_DEVICE || type() == CHARACTER_DEVICE;
  }
}
