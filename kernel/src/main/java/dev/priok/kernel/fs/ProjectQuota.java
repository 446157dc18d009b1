package dev.priok.kernel.fs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.lang.foreign.MemorySegment;

/**
 * Project quotas of xfs and ext4: a directory joins a project, what is made in it inherits that, and
 * the project's bytes are limited (ioctl_fs FS_IOC_FSSETXATTR, quotactl_fd of Linux 5.14).
 */
public final class ProjectQuota {
  // linux/fs.h: struct fsxattr has 28 bytes; asm-generic numbers, the same on x86-64 and arm64.
  private static final long FS_IOC_FSGETXATTR = 0x801c581fL;
  private static final long FS_IOC_FSSETXATTR = 0x401c5820L;
  private static final int PROJECT_INHERIT = 0x200;
  private static final int PROJECT = 12;

  // linux/dqblk_xfs.h: XQM_CMD(n) is 'X' << 8 + n; linux/quota.h: QCMD shifts it beside the type.
  private static final int PROJECT_TYPE = 2;
  private static final long Q_XGETQUOTA = (0x5803L << 8) | PROJECT_TYPE;
  private static final long Q_XSETQLIM = (0x5804L << 8) | PROJECT_TYPE;
  private static final int DISK_QUOTA = 112;
  private static final byte DISK_QUOTA_VERSION = 1;
  private static final byte OF_PROJECT = 2;
  private static final short BOTH_LIMITS = 0b1100;
  private static final int BLOCK = 512;

  private ProjectQuota() {}

  /** Whether limits of projects are kept on the file system of an open directory. */
  public static boolean isOn(Fd directory) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(DISK_QUOTA);
      long r =
          s.call(SystemCall.QUOTACTL_FD, directory.number(), Q_XGETQUOTA, 0, m.address());
      if (r >= 0 || r == -Errno.ENOENT.number()) {
        return true; // ENOENT: nobody has used project 0 yet
      }
      for (Errno no :
          new Errno[] {
            Errno.ENOSYS, Errno.EINVAL, Errno.ESRCH, Errno.EOPNOTSUPP, Errno.ENODEV, Errno.EPERM
          }) {
        if (r == -no.number()) {
          return false;
        }
      }
      LinuxException.check(r, SystemCall.QUOTACTL_FD, directory);
      return false;
    }
  }

  /** The project that an open file or directory is in; 0 for none. */
  public static int projectOf(Fd file) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(28);
      Io.ioctl(file, FS_IOC_FSGETXATTR, m.address());
      return m.get(JAVA_INT, PROJECT);
    }
  }

  /** Puts an open directory into a project, with all that is made in it from now on. */
  public static void join(Fd directory, int project) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(28);
      Io.ioctl(directory, FS_IOC_FSGETXATTR, m.address());
      m.set(JAVA_INT, 0, m.get(JAVA_INT, 0) | PROJECT_INHERIT);
      m.set(JAVA_INT, PROJECT, project);
      Io.ioctl(directory, FS_IOC_FSSETXATTR, m.address());
    }
  }

  /** Limits the bytes of a project; 0 lifts the limit. */
  public static void limit(Fd directory, int project, long bytes) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(DISK_QUOTA);
      m.set(JAVA_BYTE, 0, DISK_QUOTA_VERSION);
      m.set(JAVA_BYTE, 1, OF_PROJECT);
      m.set(JAVA_SHORT, 2, BOTH_LIMITS);
      m.set(JAVA_INT, 4, project);
      m.set(JAVA_LONG, 8, bytes / BLOCK);
      m.set(JAVA_LONG, 16, bytes / BLOCK);
      long r =
          s.call(
              SystemCall.QUOTACTL_FD, directory.number(), Q_XSETQLIM, project, m.address());
      LinuxException.check(r, SystemCall.QUOTACTL_FD, directory);
    }
  }
}
