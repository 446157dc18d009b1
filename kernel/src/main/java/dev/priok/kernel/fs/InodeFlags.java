package dev.priok.kernel.fs;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.Scratch;
import java.lang.foreign.MemorySegment;

/** Flags of a file that only some file systems know (ioctl_iflags(2), chattr(1)). */
public final class InodeFlags {
  private static final long FS_IOC_GETFLAGS = 0x80086601L;
  private static final long FS_IOC_SETFLAGS = 0x40086602L;
  private static final int FS_TOPDIR_FL = 0x00020000;

  private InodeFlags() {}

  /**
   * Says that the directories in this one have nothing to do with each other ({@code chattr +T}):
   * ext4 then makes each in a part of the disk of its own instead of all near their parent.
   *
   * @param directory open for reading, no PATH descriptor
   * @return false on a file system that has no such flag
   */
  public static boolean spreadChildren(Fd directory) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      // The manual says long, the kernel reads and writes an int.
      MemorySegment flags = s.take(8);
      Io.ioctl(directory, FS_IOC_GETFLAGS, flags.address());
      int before = flags.get(JAVA_INT, 0);
      if ((before & FS_TOPDIR_FL) == 0) {
        flags.set(JAVA_INT, 0, before | FS_TOPDIR_FL);
        Io.ioctl(directory, FS_IOC_SETFLAGS, flags.address());
      }
      return true;
    } catch (LinuxException e) {
      // EINVAL: btrfs and xfs for a flag that they have no place for.
      if (e.is(Errno.ENOTTY) || e.is(Errno.EOPNOTSUPP) || e.is(Errno.EINVAL)) {
        return false;
      }
      throw e;
    }
  }
}
