package dev.priok.kernel.fs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Project quotas of xfs and ext4 (quotactl(2), ioctl_xfs_fsgetxattr(2)): a directory carries the
 * number of a project, everything made below it inherits it, and the file system counts and limits
 * what a project holds.
 *
 * <p>All take an open file of the file system, no {@code O_PATH} descriptor.
 */
public final class ProjectQuota {
  private static final long FS_IOC_FSGETXATTR = 0x801c581fL;
  private static final long FS_IOC_FSSETXATTR = 0x401c5820L;
  private static final int ATTRIBUTES = 28;
  private static final int PROJECT_AT = 12;
  private static final int PROJECT_INHERIT = 0x200;

  // QCMD(Q_X..., PRJQUOTA): linux/quota.h, linux/dqblk_xfs.h
  private static final int PROJECT = 2;
  private static final int GET_STATE = 0x5805 << 8 | PROJECT;
  private static final int SET_LIMITS = 0x5804 << 8 | PROJECT;
  private static final int GET_QUOTA = 0x5803 << 8 | PROJECT;

  private static final int COUNTED = 1 << 4;
  private static final int ENFORCED = 1 << 5;
  private static final int STATE_SIZE = 128;
  private static final int LIMITS_SIZE = 112;
  private static final int USED_AT = 40;
  private static final byte LIMITS_VERSION = 1;
  private static final byte OF_PROJECT = 2;
  private static final short SOFT_AND_HARD = 1 << 2 | 1 << 3;
  private static final int UNIT = 512;

  private ProjectQuota() {}

  /** Whether the file system was mounted with project quotas ({@code pquota}, {@code prjquota}). */
  public static boolean isEnforced(Fd file) throws IOException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment state = s.take(STATE_SIZE);
      quota(s, GET_STATE, file, 0, state);
      int flags = state.get(JAVA_SHORT, 2);
      return (flags & COUNTED) != 0 && (flags & ENFORCED) != 0;
    } catch (LinuxException e) {
      if (e.is(Errno.EPERM)) {
        throw e;
      }
      return false; // no quotas in the kernel, in the file system, or switched on
    }
  }

  /** The project of a file or directory; 0 for none. */
  public static int project(Fd file) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(ATTRIBUTES);
      Io.ioctl(file, FS_IOC_FSGETXATTR, m.address());
      return m.get(JAVA_INT, PROJECT_AT);
    }
  }

  /** Puts an empty directory into a project, with all that will be made in it. */
  public static void join(Fd directory, int project) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(ATTRIBUTES);
      Io.ioctl(directory, FS_IOC_FSGETXATTR, m.address());
      m.set(JAVA_INT, PROJECT_AT, project);
      m.set(JAVA_INT, 0, m.get(JAVA_INT, 0) | PROJECT_INHERIT);
      Io.ioctl(directory, FS_IOC_FSSETXATTR, m.address());
    }
  }

  /** Limits the bytes that a project holds, in steps of 512; 0 takes the limit away. */
  public static void limit(Fd file, int project, long bytes) throws IOException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(LIMITS_SIZE);
      m.set(JAVA_BYTE, 0, LIMITS_VERSION);
      m.set(JAVA_BYTE, 1, OF_PROJECT);
      m.set(JAVA_SHORT, 2, SOFT_AND_HARD);
      m.set(JAVA_INT, 4, project);
      m.set(JAVA_LONG, 8, bytes / UNIT);
      m.set(JAVA_LONG, 16, bytes / UNIT);
      quota(s, SET_LIMITS, file, project, m);
    }
  }

  /** Bytes that a project holds, as the file system counts. */
  public static long used(Fd file, int project) throws IOException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(LIMITS_SIZE);
      quota(s, GET_QUOTA, file, project, m);
      return m.get(JAVA_LONG, USED_AT) * UNIT;
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ESRCH)) {
        return 0; // never limited, nothing held
      }
      throw e;
    }
  }

  /** By the open file since Linux 5.14; before that by the device it is on. */
  private static void quota(Scratch s, int command, Fd file, int id, MemorySegment data)
      throws IOException {
    long r =
        s.call(SystemCall.QUOTACTL_FD, file.number(), command, id & 0xffffffffL, data.address());
    if (r == -Errno.ENOSYS.number()) {
      long device = s.text(device(file));
      r = s.call(SystemCall.QUOTACTL, command, device, id & 0xffffffffL, data.address());
    }
    LinuxException.check(r, SystemCall.QUOTACTL, file);
  }

  private static String device(Fd file) throws IOException {
    int mount = (int) At.stat(file).mountId();
    return MountInfo.read().stream()
        .filter(m -> m.id() == mount)
        .map(MountInfo::source)
        .findFirst()
        .orElseThrow(() -> new LinuxException("quotactl", Errno.ENODEV.number(), file));
  }
}
