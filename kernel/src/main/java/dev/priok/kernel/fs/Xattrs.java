package dev.priok.kernel.fs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.PathText;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Extended attributes. The forms with a path never follow a link in its last part; the forms with a
 * descriptor accept PATH descriptors too.
 */
public final class Xattrs {
  private Xattrs() {}

  /** The value, or nothing if there is no such attribute. */
  public static Optional<byte[]> get(Path file, String name) throws LinuxException {
    return get(SystemCall.LGETXATTR, file.toString(), name);
  }

  /** The value, or nothing if there is no such attribute. */
  public static Optional<byte[]> get(Fd file, String name) throws LinuxException {
    return get(SystemCall.GETXATTR, through(file), name);
  }

  /** Sets or replaces one. */
  public static void set(Path file, String name, byte[] value) throws LinuxException {
    set(SystemCall.LSETXATTR, file.toString(), name, value);
  }

  /** Sets or replaces one. */
  public static void set(Fd file, String name, byte[] value) throws LinuxException {
    set(SystemCall.SETXATTR, through(file), name, value);
  }

  /** The names; none on a file system without attributes. */
  public static List<String> list(Path file) throws LinuxException {
    return list(SystemCall.LLISTXATTR, file.toString());
  }

  /** The names; none on a file system without attributes. */
  public static List<String> list(Fd file) throws LinuxException {
    return list(SystemCall.LISTXATTR, through(file));
  }

  /** Likewise of a file that is open, not as a PATH descriptor: no way to it is looked up. */
  public static List<String> listOpen(Fd file) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long into = s.buffer().address();
      long n = s.call(SystemCall.FLISTXATTR, file.number(), into, Scratch.BUFFER_SIZE);
      return names(s, n, SystemCall.FLISTXATTR, file);
    }
  }

  /** Removes one; whether it was there. */
  public static boolean remove(Path file, String name) throws LinuxException {
    return remove(SystemCall.LREMOVEXATTR, file.toString(), name);
  }

  /** Removes one; whether it was there. */
  public static boolean remove(Fd file, String name) throws LinuxException {
    return remove(SystemCall.REMOVEXATTR, through(file), name);
  }

  // The f-calls refuse PATH descriptors (EBADF); this way serves both kinds.
  private static String through(Fd file) {
    return "/proc/self/fd/" + file.number();
  }

  private static Optional<byte[]> get(SystemCall call, String path, String name)
      throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long into = s.buffer().address(); // 64 KiB is the kernel's limit for a value
      long n = s.call(call, s.text(path), s.text(name), into, Scratch.BUFFER_SIZE);
      if (n == -Errno.ENODATA.number() || n == -Errno.EOPNOTSUPP.number()) {
        return Optional.empty();
      }
      LinuxException.check(n, call, path);
      return Optional.of(s.buffer().asSlice(0, n).toArray(JAVA_BYTE));
    }
  }

  private static void set(SystemCall call, String path, String name, byte[] value)
      throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(call, s.text(path), s.text(name), s.bytes(value), value.length, 0);
      LinuxException.check(r, call, name + " of " + path);
    }
  }

  private static List<String> list(SystemCall call, String path) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long n = s.call(call, s.text(path), s.buffer().address(), Scratch.BUFFER_SIZE);
      return names(s, n, call, path);
    }
  }

  private static List<String> names(Scratch s, long n, SystemCall call, Object what)
      throws LinuxException {
    if (n == 0 || n == -Errno.EOPNOTSUPP.number()) {
      return List.of();
    }
    LinuxException.check(n, call, what);
    byte[] raw = s.buffer().asSlice(0, n).toArray(JAVA_BYTE);
    List<String> names = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == 0) {
        names.add(PathText.decode(raw, start, i - start));
        start = i + 1;
      }
    }
    return names;
  }

  private static boolean remove(SystemCall call, String path, String name) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(call, s.text(path), s.text(name));
      if (r == -Errno.ENODATA.number()) {
        return false;
      }
      LinuxException.check(r, call, name + " of " + path);
      return true;
    }
  }
}
