package dev.priok.kernel.fs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.PathText;
import dev.priok.kernel.call.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Subvolumes, snapshots and quota groups of btrfs, by ioctl (linux/btrfs.h).
 *
 * <p>Names are single names in an open directory. The calls wait for the disk: a snapshot ends a
 * transaction, so none of them belongs on a virtual thread.
 */
public final class Btrfs {
  /** What statfs(2) says of this file system. */
  public static final long MAGIC = 0x9123683EL;

  /** The inode number of every subvolume's root (BTRFS_FIRST_FREE_OBJECTID). */
  private static final long SUBVOLUME_INODE = 256;

  // _IOW(0x94, number, size): struct btrfs_ioctl_vol_args and _v2 have 4096 bytes each.
  private static final long SUBVOL_CREATE = 0x5000940eL;
  private static final long SNAP_DESTROY = 0x5000940fL;
  private static final long SNAP_CREATE_V2 = 0x50009417L;
  private static final long SNAP_DESTROY_V2 = 0x5000943fL;
  private static final long TREE_SEARCH = 0xd0009411L;
  private static final long INO_LOOKUP = 0xd0009412L;
  private static final long QUOTA_CTL = 0xc0109428L;
  private static final long QGROUP_CREATE = 0x4010942aL;
  private static final long QGROUP_LIMIT = 0x8030942bL;
  private static final long QUOTA_RESCAN_WAIT = 0x942eL;

  // struct btrfs_ioctl_search_key, its answers behind it; btrfs_tree.h
  private static final long ROOT_TREE = 1;
  private static final int ROOT_REF_KEY = 156;
  private static final int SEARCH_KEY = 104;
  private static final int SEARCH_HEADER = 32;
  private static final int SEARCH_MOST = 64;

  private static final long BY_ID = 1 << 4;
  private static final int ARGUMENTS = 4096;
  private static final int NAME = 8;
  private static final int NAME_V2 = 56;
  private static final int LONGEST_NAME = 255;
  private static final long QUOTA_ENABLE = 1;
  private static final long LIMIT_REFERENCED = 1;

  private Btrfs() {}

  /** Whether this is the root of a subvolume, seen from the one above it. */
  public static boolean isSubvolume(FileStat stat) {
    return stat.isDirectory() && stat.inode() == SUBVOLUME_INODE;
  }

  /** Makes an empty subvolume. */
  public static void create(Fd directory, String name) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment arguments = s.take(ARGUMENTS);
      name(arguments, NAME, name);
      Io.ioctl(directory, SUBVOL_CREATE, arguments.address());
    }
  }

  /** Makes a writable snapshot of an open subvolume. */
  public static void snapshot(Fd source, Fd directory, String name) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment arguments = s.take(ARGUMENTS);
      arguments.set(JAVA_LONG, 0, source.number());
      name(arguments, NAME_V2, name);
      Io.ioctl(directory, SNAP_CREATE_V2, arguments.address());
    }
  }

  /**
   * Removes a subvolume with everything in it; its space comes back later. Fails with ENOTEMPTY
   * while another subvolume lies below.
   */
  public static void destroy(Fd directory, String name) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment arguments = s.take(ARGUMENTS);
      name(arguments, NAME, name);
      Io.ioctl(directory, SNAP_DESTROY, arguments.address());
    }
  }

  /**
   * Removes a subvolume by its id (Linux 5.7).
   *
   * @param file anything open on the same file system
   */
  public static void destroy(Fd file, long subvolumeId) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment arguments = s.take(ARGUMENTS);
      arguments.set(JAVA_LONG, 16, BY_ID);
      arguments.set(JAVA_LONG, NAME_V2, subvolumeId);
      Io.ioctl(file, SNAP_DESTROY_V2, arguments.address());
    }
  }

  /**
   * Ids of subvolumes that lie directly in this one, wherever in its tree. At most 64 at a time:
   * who removes them asks again.
   */
  public static List<Long> below(Fd file, long subvolumeId) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(ARGUMENTS);
      m.set(JAVA_LONG, 0, ROOT_TREE);
      m.set(JAVA_LONG, 8, subvolumeId);
      m.set(JAVA_LONG, 16, subvolumeId);
      m.set(JAVA_LONG, 32, -1L); // every offset, which is the id below
      m.set(JAVA_LONG, 48, -1L); // every transaction
      m.set(JAVA_INT, 56, ROOT_REF_KEY);
      m.set(JAVA_INT, 60, ROOT_REF_KEY);
      m.set(JAVA_INT, 64, SEARCH_MOST);
      Io.ioctl(file, TREE_SEARCH, m.address());
      int count = m.get(JAVA_INT, 64);
      List<Long> result = new ArrayList<>();
      long at = SEARCH_KEY;
      for (int i = 0; i < count; i++) {
        result.add(m.get(JAVA_LONG_UNALIGNED, at + 16));
        at += SEARCH_HEADER + m.get(JAVA_INT_UNALIGNED, at + 28);
      }
      return result;
    }
  }

  /** The id of the subvolume that an open file or directory is in. */
  public static long subvolumeId(Fd file) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment arguments = s.take(ARGUMENTS);
      arguments.set(JAVA_LONG, 8, SUBVOLUME_INODE);
      Io.ioctl(file, INO_LOOKUP, arguments.address());
      return arguments.get(JAVA_LONG, 0);
    }
  }

  /** Switches quota groups on for the whole file system; they may be on already. */
  public static void enableQuota(Fd file) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment arguments = s.take(16);
      arguments.set(JAVA_LONG, 0, QUOTA_ENABLE);
      try {
        Io.ioctl(file, QUOTA_CTL, arguments.address());
      } catch (LinuxException e) {
        if (!e.is(Errno.EEXIST)) {
          throw e;
        }
      }
      // Counting what is there already runs beside; a limit set meanwhile would count too little.
      Io.ioctl(file, QUOTA_RESCAN_WAIT, 0);
    }
  }

  /** Limits the bytes that an open subvolume refers to, those it shares with others included. */
  public static void limitReferenced(Fd subvolume, long bytes) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment arguments = s.take(48);
      arguments.set(JAVA_LONG, 8, LIMIT_REFERENCED);
      arguments.set(JAVA_LONG, 16, bytes);
      Io.ioctl(subvolume, QGROUP_LIMIT, arguments.address());
    }
  }

  /**
   * Removes the quota group of a subvolume that is gone. Newer kernels do it themselves once they
   * have freed its space, and are busy with it until then; without quotas there is none.
   */
  public static void removeQuotaGroup(Fd file, long subvolumeId) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment arguments = s.take(16);
      arguments.set(JAVA_LONG, 8, subvolumeId);
      Io.ioctl(file, QGROUP_CREATE, arguments.address());
    } catch (LinuxException e) {
      if (!e.is(Errno.EBUSY) && !e.is(Errno.ENOENT) && !e.is(Errno.ENOTCONN)) {
        throw e;
      }
    }
  }

  private static void name(MemorySegment arguments, int at, String name) throws LinuxException {
    byte[] bytes = PathText.encode(name);
    if (bytes.length > LONGEST_NAME || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
      throw new LinuxException("btrfs subvolume name", Errno.EINVAL.number(), name);
    }
    MemorySegment.copy(bytes, 0, arguments, JAVA_BYTE, at, bytes.length);
  }
}
