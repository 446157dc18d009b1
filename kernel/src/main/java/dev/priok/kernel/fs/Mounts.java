package dev.priok.kernel.fs;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Mounting and unmounting in the mount namespace of the calling thread.
 *
 * <p>Targets are paths. To mount on something reached through a hostile tree, open it with {@code
 * At.openInRoot} and mount on {@code fd.procPath()}.
 */
public final class Mounts {
  // mount(2) takes a page of data; one byte of it is the terminating zero.
  private static final int DATA_LIMIT = 4095;

  private Mounts() {}

  /**
   * Plain mount(2).
   *
   * @param source a device, a directory, or a name that shows up in mountinfo
   * @param target where
   * @param type the file system's name; null for bind, move, remount and propagation
   * @param flags of {@link MountFlags}
   * @param data options of the file system, comma-separated, or null
   */
  public static void mount(
      @Nullable String source,
      Path target,
      @Nullable String type,
      long flags,
      @Nullable String data)
      throws LinuxException {
    if (data != null && data.length() > DATA_LIMIT) {
      // The kernel would cut the options and mount something else than asked.
      throw new LinuxException("mount (options beyond one page)", Errno.E2BIG.number(), target);
    }
    try (Scratch s = Scratch.borrow()) {
      long from = source == null ? 0 : s.text(source);
      long to = s.text(target.toString());
      long kind = type == null ? 0 : s.text(type);
      long options = data == null ? 0 : s.text(data);
      long r = s.call(SystemCall.MOUNT, from, to, kind, flags, options);
      LinuxException.check(r, SystemCall.MOUNT, target);
    }
  }

  /**
   * Makes a directory or file appear in a second place. Flags such as READ_ONLY need, and get, a
   * second call: the first one of a bind mount ignores them.
   */
  public static void bind(Path source, Path target, long flags) throws LinuxException {
    long recursive = flags & MountFlags.RECURSIVE;
    long wanted = flags & ~MountFlags.RECURSIVE;
    mount(source.toString(), target, null, MountFlags.BIND | recursive, null);
    if (wanted != 0) {
      try {
        mount(null, target, null, MountFlags.BIND | MountFlags.REMOUNT | wanted, null);
      } catch (LinuxException failure) {
        undo(target, failure); // never leave a writable mount where a read-only one was asked for
        throw failure;
      }
    }
  }

  /** Sets the propagation: SHARED, SLAVE, PRIVATE or UNBINDABLE, perhaps with RECURSIVE. */
  public static void propagate(Path target, long kind) throws LinuxException {
    mount(null, target, null, kind, null);
  }

  /**
   * Mounts an overlay file system.
   *
   * @param lower the read-only directories, the topmost first; at least one
   * @param upper where changes go, or null for a read-only overlay
   * @param work an empty directory on the same file system as upper; null with it
   * @param extra more options, such as {@code index=off}, each by itself
   */
  public static void overlay(
      Path target,
      List<Path> lower,
      @Nullable Path upper,
      @Nullable Path work,
      long flags,
      List<String> extra)
      throws LinuxException {
    mount("overlay", target, "overlay", flags, overlayOptions(lower, upper, work, extra));
  }

  /** The option text of {@link #overlay}; its length decides whether the page suffices. */
  public static String overlayOptions(
      List<Path> lower, @Nullable Path upper, @Nullable Path work, List<String> extra) {
    List<String> options = new ArrayList<>();
    options.add("lowerdir=" + String.join(":", lower.stream().map(Mounts::escapeLower).toList()));
    if (upper != null && work != null) {
      options.add("upperdir=" + escape(upper));
      options.add("workdir=" + escape(work));
    }
    options.addAll(extra);
    return String.join(",", options);
  }

  /** Unmounts; flags are the UNMOUNT_ ones. */
  public static void unmount(Path target, int flags) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.UMOUNT2, s.text(target.toString()), flags);
      LinuxException.check(r, SystemCall.UMOUNT2, target);
    }
  }

  /**
   * Unmounts if something is mounted there: EINVAL (not a mount point) and ENOENT are fine. Busy
   * mounts are detached.
   *
   * @return whether something was unmounted
   */
  public static boolean unmountIfMounted(Path target) throws LinuxException {
    try {
      unmount(target, MountFlags.UNMOUNT_DETACH | MountFlags.UNMOUNT_NO_FOLLOW);
      return true;
    } catch (LinuxException failure) {
      if (failure.is(Errno.EINVAL) || failure.is(Errno.ENOENT)) {
        return false;
      }
      throw failure;
    }
  }

  /**
   * Whether a directory is on another device than the one around it. A bind mount of the same file
   * system is not seen so; a path that is not there is none.
   */
  public static boolean isMountPoint(Path directory) throws LinuxException {
    try {
      FileStat here = At.stat(null, directory.toString());
      return here.isDirectory()
          && here.device() != At.stat(null, directory.resolve("..").toString()).device();
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
        return false;
      }
      throw e;
    }
  }

  private static void undo(Path target, LinuxException failure) {
    try {
      unmount(target, MountFlags.UNMOUNT_DETACH);
    } catch (LinuxException second) {
      failure.addSuppressed(second);
    }
  }

  private static String escape(Path path) {
    return path.toString().replace("\\", "\\\\").replace(",", "\\,");
  }

  private static String escapeLower(Path path) {
    return escape(path).replace(":", "\\:");
  }
}
