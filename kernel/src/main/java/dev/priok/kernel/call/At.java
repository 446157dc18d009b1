package dev.priok.kernel.call;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * File operations relative to an open directory.
 *
 * <p>Hostile trees (image layers, archives, container roots) are worked on in two steps: {@link
 * #openInRoot} resolves a directory inside the root, links included, without ever leaving it; the
 * other calls then act on <em>one name</em> in that directory and never follow a link in its place.
 *
 * <pre>{@code
 * try (Fd root = At.open(rootPath, OpenFlags.PATH | OpenFlags.DIRECTORY);
 *     Fd parent = At.openInRoot(root, "usr/lib", OpenFlags.PATH | OpenFlags.DIRECTORY, 0);
 *     Fd file = At.open(parent, "x.so", WRITE_ONLY | CREATE | EXCLUSIVE | NO_FOLLOW, 0644)) {
 *   Io.write(file, bytes);
 *   At.changeOwner(file, 0, 0);
 *   At.changeMode(file, 04755); // after the owner: chown clears the set-uid bit
 *   At.setTimes(file, mtime, mtime);
 * }
 * }</pre>
 *
 * <p>A null directory means the working directory, so an absolute path works with it. Descriptors
 * opened with {@code PATH} serve as directories here; changing a mode, an owner or times through
 * them works too.
 */
public final class At {
  /** Leave mount points alone: fail with EXDEV rather than cross one. */
  public static final long RESOLVE_NO_XDEV = 0x01;

  /** Refuse the links of /proc that jump anywhere. */
  public static final long RESOLVE_NO_MAGICLINKS = 0x02;

  /** Refuse every symbolic link with ELOOP. */
  public static final long RESOLVE_NO_SYMLINKS = 0x04;

  /** Refuse with EXDEV whatever would leave the directory. */
  public static final long RESOLVE_BENEATH = 0x08;

  /** Treat the directory as the root: absolute links and .. stay inside. */
  public static final long RESOLVE_IN_ROOT = 0x10;

  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int RENAME_NOREPLACE = 1;
  private static final int RENAME_EXCHANGE = 2;
  private static final int STATX_BASIC_AND_MOUNT = 0x7ff | 0x1000;
  private static final int RACES = 64;

  private At() {}

  /** Opens a trusted path; links are followed unless NO_FOLLOW forbids the last one. */
  public static Fd open(Path path, int flags) throws LinuxException {
    return open(null, path.toString(), flags, 0666);
  }

  /** Opens a name; mode counts only with CREATE, and is subject to the umask. */
  public static Fd open(@Nullable Fd dir, String name, int flags, int mode) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long flagsNow = flags | OpenFlags.CLOSE_ON_EXEC;
      long r = s.call(SystemCall.OPENAT, number(dir), s.text(name), flagsNow, mode);
      return new Fd((int) LinuxException.check(r, SystemCall.OPENAT, name));
    }
  }

  /**
   * Opens a path inside a root, as if chrooted: absolute paths, absolute links and {@code ..} all
   * stay inside; the links of /proc are refused.
   */
  public static Fd openInRoot(Fd root, String path, int flags, int mode) throws LinuxException {
    return openResolved(root, path, flags, mode, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
  }

  /** The same with other rules (RESOLVE_...) for the way. */
  public static Fd openResolved(Fd dir, String path, int flags, int mode, long resolve)
      throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      boolean creates = (flags & OpenFlags.CREATE) != 0;
      MemorySegment how = s.take(24);
      how.set(JAVA_LONG, 0, flags | OpenFlags.CLOSE_ON_EXEC);
      how.set(JAVA_LONG, 8, creates ? mode : 0); // openat2(2): EINVAL otherwise
      how.set(JAVA_LONG, 16, resolve);
      long name = s.text(path.isEmpty() ? "." : path);
      long r = -Errno.EAGAIN.number();
      // openat2(2): EAGAIN when somebody renamed something meanwhile; "may be retried".
      for (int i = 0; i < RACES && r == -Errno.EAGAIN.number(); i++) {
        r = s.call(SystemCall.OPENAT2, dir.number(), name, how.address(), 24);
      }
      return new Fd((int) LinuxException.check(r, SystemCall.OPENAT2, path));
    }
  }

  /** Makes a directory; the umask applies, see {@link #changeMode(Fd, String, int)}. */
  public static void makeDirectory(@Nullable Fd dir, String name, int mode) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.MKDIRAT, number(dir), s.text(name), mode);
      LinuxException.check(r, SystemCall.MKDIRAT, name);
    }
  }

  /** Makes a device node, pipe, socket or empty file: the type is part of the mode. */
  public static void makeNode(@Nullable Fd dir, String name, int mode, long device)
      throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.MKNODAT, number(dir), s.text(name), mode, device);
      LinuxException.check(r, SystemCall.MKNODAT, name);
    }
  }

  /** Makes a symbolic link; the target is any text. */
  public static void makeSymlink(String target, @Nullable Fd dir, String name)
      throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.SYMLINKAT, s.text(target), number(dir), s.text(name));
      LinuxException.check(r, SystemCall.SYMLINKAT, name);
    }
  }

  /** Gives a file a second name; a symbolic link gets one itself, it is not followed. */
  public static void makeHardLink(@Nullable Fd from, String name, @Nullable Fd to, String newName)
      throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long source = s.text(name);
      long r = s.call(SystemCall.LINKAT, number(from), source, number(to), s.text(newName), 0);
      LinuxException.check(r, SystemCall.LINKAT, newName);
    }
  }

  /** Removes a name that is not a directory. */
  public static void remove(@Nullable Fd dir, String name) throws LinuxException {
    unlink(dir, name, 0);
  }

  /** Removes an empty directory. */
  public static void removeDirectory(@Nullable Fd dir, String name) throws LinuxException {
    unlink(dir, name, AT_REMOVEDIR);
  }

  /** Renames, replacing what is there. */
  public static void rename(@Nullable Fd from, String name, @Nullable Fd to, String newName)
      throws LinuxException {
    rename(from, name, to, newName, 0);
  }

  /** Renames, or fails with EEXIST. */
  public static void renameNew(@Nullable Fd from, String name, @Nullable Fd to, String newName)
      throws LinuxException {
    rename(from, name, to, newName, RENAME_NOREPLACE);
  }

  /** Lets two names change places at once. */
  public static void exchange(@Nullable Fd from, String name, @Nullable Fd to, String newName)
      throws LinuxException {
    rename(from, name, to, newName, RENAME_EXCHANGE);
  }

  /** The target of a symbolic link. */
  public static String readLink(@Nullable Fd dir, String name) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long into = s.buffer().address();
      long size = Scratch.BUFFER_SIZE;
      long n = s.call(SystemCall.READLINKAT, number(dir), s.text(name), into, size);
      LinuxException.check(n, SystemCall.READLINKAT, name);
      return PathText.decode(s.buffer().asSlice(0, n).toArray(JAVA_BYTE));
    }
  }

  /** What a name is; a symbolic link is described itself. */
  public static FileStat stat(@Nullable Fd dir, String name) throws LinuxException {
    return stat(number(dir), name, AT_SYMLINK_NOFOLLOW);
  }

  /** What a descriptor refers to; works for PATH descriptors too. */
  public static FileStat stat(Fd fd) throws LinuxException {
    return stat(fd.number(), "", AT_EMPTY_PATH);
  }

  /** Sets the permission bits of what a descriptor refers to. */
  public static void changeMode(Fd fd, int mode) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.FCHMOD, fd.number(), mode);
      if (r == -Errno.EBADF.number()) { // a PATH descriptor: open(2) names this way around it
        long path = s.text("/proc/self/fd/" + fd.number());
        r = s.call(SystemCall.FCHMODAT, AT_FDCWD, path, mode);
      }
      LinuxException.check(r, SystemCall.FCHMOD, fd);
    }
  }

  /** Sets the permission bits of a name; fails with EOPNOTSUPP on a link instead of following. */
  public static void changeMode(@Nullable Fd dir, String name, int mode) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long text = s.text(name);
      long r = s.call(SystemCall.FCHMODAT2, number(dir), text, mode, AT_SYMLINK_NOFOLLOW);
      if (r != -Errno.ENOSYS.number()) {
        LinuxException.check(r, SystemCall.FCHMODAT2, name);
        return;
      }
    }
    // Before Linux 6.6 the call has no flags and would follow a link: pin the file down first.
    try (Fd file = open(dir, name, OpenFlags.PATH | OpenFlags.NO_FOLLOW, 0)) {
      if (stat(file).isSymlink()) {
        throw new LinuxException("fchmodat", Errno.EOPNOTSUPP.number(), name);
      }
      changeMode(file, mode);
    }
  }

  /** Sets owner and group; -1 leaves one as it is. */
  public static void changeOwner(Fd fd, int uid, int gid) throws LinuxException {
    changeOwner(fd, "", uid, gid);
  }

  /** Sets owner and group of a name; a symbolic link gets them itself. */
  public static void changeOwner(@Nullable Fd dir, String name, int uid, int gid)
      throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      int flags = AT_SYMLINK_NOFOLLOW | (name.isEmpty() ? AT_EMPTY_PATH : 0);
      long r = s.call(SystemCall.FCHOWNAT, number(dir), s.text(name), uid, gid, flags);
      LinuxException.check(r, SystemCall.FCHOWNAT, name.isEmpty() ? dir : name);
    }
  }

  /** Sets the times of what an ordinary (not PATH) descriptor refers to. */
  public static void setTimes(Fd fd, Instant accessed, Instant modified) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.UTIMENSAT, fd.number(), 0, times(s, accessed, modified), 0);
      LinuxException.check(r, SystemCall.UTIMENSAT, fd);
    }
  }

  /** Sets the times of a name; a symbolic link gets them itself. */
  public static void setTimes(@Nullable Fd dir, String name, Instant accessed, Instant modified)
      throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long text = s.text(name);
      long when = times(s, accessed, modified);
      long r = s.call(SystemCall.UTIMENSAT, number(dir), text, when, AT_SYMLINK_NOFOLLOW);
      LinuxException.check(r, SystemCall.UTIMENSAT, name);
    }
  }

  /** The names in a directory, without {@code .} and {@code ..}; PATH descriptors will do. */
  public static List<DirectoryEntry> list(Fd dir) throws LinuxException {
    // Opened anew: the position in a directory belongs to the open file, which may be shared.
    int flags = OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
    try (Fd own = open(dir, ".", flags, 0);
        Scratch s = Scratch.borrow()) {
      List<DirectoryEntry> entries = new ArrayList<>();
      MemorySegment buffer = s.buffer();
      while (true) {
        long n = s.call(SystemCall.GETDENTS64, own.number(), buffer.address(), Scratch.BUFFER_SIZE);
        if (LinuxException.check(n, SystemCall.GETDENTS64, dir) == 0) {
          return entries;
        }
        for (long at = 0; at < n; ) {
          int length = buffer.get(JAVA_SHORT, at + 16) & 0xffff;
          int type = (buffer.get(JAVA_BYTE, at + 18) & 0xff) << 12; // DT_x is S_IFx shifted
          byte[] raw = buffer.asSlice(at + 19, length - 19).toArray(JAVA_BYTE);
          int end = 0;
          while (raw[end] != 0) {
            end++;
          }
          String name = PathText.decode(raw, 0, end);
          if (!name.equals(".") && !name.equals("..")) {
            entries.add(new DirectoryEntry(name, type, buffer.get(JAVA_LONG, at)));
          }
          at += length;
        }
      }
    }
  }

  private static void unlink(@Nullable Fd dir, String name, int flags) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.UNLINKAT, number(dir), s.text(name), flags);
      LinuxException.check(r, SystemCall.UNLINKAT, name);
    }
  }

  private static void rename(
      @Nullable Fd from, String name, @Nullable Fd to, String newName, int flags)
      throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long source = s.text(name);
      long target = s.text(newName);
      long r = s.call(SystemCall.RENAMEAT2, number(from), source, number(to), target, flags);
      LinuxException.check(r, SystemCall.RENAMEAT2, name + " to " + newName);
    }
  }

  private static FileStat stat(int dir, String name, int flags) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(256);
      long r =
          s.call(SystemCall.STATX, dir, s.text(name), flags, STATX_BASIC_AND_MOUNT, m.address());
      LinuxException.check(r, SystemCall.STATX, name.isEmpty() ? "fd " + dir : name);
      return new FileStat(
          m.get(JAVA_SHORT, 28) & 0xffff,
          m.get(JAVA_INT, 20),
          m.get(JAVA_INT, 24),
          m.get(JAVA_LONG, 40),
          m.get(JAVA_LONG, 32),
          Device.of(m.get(JAVA_INT, 136), m.get(JAVA_INT, 140)),
          Device.of(m.get(JAVA_INT, 128), m.get(JAVA_INT, 132)),
          m.get(JAVA_INT, 16),
          m.get(JAVA_LONG, 48),
          Instant.ofEpochSecond(m.get(JAVA_LONG, 64), m.get(JAVA_INT, 72)),
          Instant.ofEpochSecond(m.get(JAVA_LONG, 112), m.get(JAVA_INT, 120)),
          Instant.ofEpochSecond(m.get(JAVA_LONG, 96), m.get(JAVA_INT, 104)),
          m.get(JAVA_LONG, 144));
    }
  }

  private static long times(Scratch s, Instant accessed, Instant modified) {
    MemorySegment pair = s.take(32);
    pair.set(JAVA_LONG, 0, accessed.getEpochSecond());
    pair.set(JAVA_LONG, 8, accessed.getNano());
    pair.set(JAVA_LONG, 16, modified.getEpochSecond());
    pair.set(JAVA_LONG, 24, modified.getNano());
    return pair.address();
  }

  private static int number(@Nullable Fd dir) {
    return dir == null ? AT_FDCWD : dir.number();
  }
}
