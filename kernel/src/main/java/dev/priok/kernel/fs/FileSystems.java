package dev.priok.kernel.fs;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** What kind of file system a path is on, and how full it is (statfs(2)). */
public final class FileSystems {
  private FileSystems() {}

  /**
   * Facts of a file system.
   *
   * @param magic the kernel's number for its type
   * @param totalBytes its size
   * @param freeBytes free for the superuser
   * @param availableBytes free for everybody
   * @param totalFiles inodes; 0 where there is no fixed number
   * @param freeFiles inodes left
   */
  public record Usage(
      long magic,
      long totalBytes,
      long freeBytes,
      long availableBytes,
      long totalFiles,
      long freeFiles) {
    /** The name as Docker shows it under "Backing Filesystem". */
    public String name() {
      return FileSystems.name(magic);
    }
  }

  /** Whether a path is there and on a file system of that type. */
  public static boolean isOfType(Path path, long magic) throws LinuxException {
    try {
      return usage(path).magic() == magic;
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  /** The facts of the file system that the path is on. */
  public static Usage usage(Path path) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(128);
      long r = s.call(SystemCall.STATFS, s.text(path.toString()), m.address());
      LinuxException.check(r, SystemCall.STATFS, path);
      long block = m.get(JAVA_LONG, 8);
      return new Usage(
          m.get(JAVA_LONG, 0) & 0xffffffffL,
          m.get(JAVA_LONG, 16) * block,
          m.get(JAVA_LONG, 24) * block,
          m.get(JAVA_LONG, 32) * block,
          m.get(JAVA_LONG, 40),
          m.get(JAVA_LONG, 48));
    }
  }

  /** The magic number of the file system that an open file is on (linux/magic.h). */
  public static long type(Fd fd) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(128);
      long r = s.call(SystemCall.FSTATFS, fd.number(), m.address());
      LinuxException.check(r, SystemCall.FSTATFS, fd);
      return m.get(JAVA_LONG, 0) & 0xffffffffL;
    }
  }

  /** The name of a magic number (linux/magic.h), {@code <unknown>} if it has none here. */
  public static String name(long magic) {
    return switch ((int) magic) {
      case 0x61756673 -> "aufs";
      case 0x9123683E -> "btrfs";
      case 0xEF53 -> "extfs";
      case 0xF2F52010 -> "f2fs";
      case 0x65735546 -> "fuseblk";
      case 0x00006969 -> "nfs";
      case 0x794C7630 -> "overlayfs";
      case 0x01021994 -> "tmpfs";
      case 0x52654973 -> "reiserfs";
      case 0x73717368 -> "squashfs";
      case 0x58465342 -> "xfs";
      case 0x2FC12FC1 -> "zfs";
      case 0xCA451A4E -> "bcachefs";
      case 0x63677270 -> "cgroup2";
      case 0x27E0EB -> "cgroup";
      case 0x9FA0 -> "proc";
      case 0x6E736673 -> "nsfs";
      case 0xF15F -> "ecryptfs";
      case 0x01021997 -> "v9fs";
      case 0xFF534D42 -> "cifs";
      case 0x5346544E -> "ntfs";
      case 0x4D44 -> "vfat";
      default -> "<unknown>";
    };
  }
}
