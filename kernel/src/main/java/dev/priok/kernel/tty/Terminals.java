package dev.priok.kernel.tty;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.fs.FileSystems;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Terminals: their size, their modes, and new pairs.
 *
 * <pre>{@code
 * byte[] before = Terminals.makeRaw(in);
 * try { ... } finally { Terminals.restore(in, before); }
 * }</pre>
 */
public final class Terminals {
  // asm-generic/ioctls.h, the same on x86-64 and arm64.
  private static final long TCGETS = 0x5401;
  private static final long TCSETS = 0x5402;
  private static final long TIOCGWINSZ = 0x5413;
  private static final long TIOCSWINSZ = 0x5414;
  private static final long TIOCGPTPEER = 0x5441;
  private static final long TIOCSPTLCK = 0x40045431;

  // struct termios: c_iflag 0, c_oflag 4, c_cflag 8, c_lflag 12, c_line 16, c_cc[19] 17
  private static final int TERMIOS_SIZE = 36;
  private static final int CC = 17;
  private static final int VTIME = 5;
  private static final int VMIN = 6;
  // IGNBRK|BRKINT|PARMRK|ISTRIP|INLCR|IGNCR|ICRNL|IXON
  private static final int RAW_INPUT_OFF = 01 | 02 | 010 | 040 | 0100 | 0200 | 0400 | 02000;
  private static final int OPOST = 01;
  private static final int CSIZE_AND_PARENB = 060 | 0400;
  private static final int CS8 = 060;
  // ISIG|ICANON|ECHO|ECHONL|IEXTEN
  private static final int RAW_LOCAL_OFF = 01 | 02 | 010 | 0100 | 0100000;

  private static final int FLAGS = OpenFlags.READ_WRITE | OpenFlags.NO_CTTY;
  private static final long DEVPTS_MAGIC = 0x1cd1; // statfs(2)

  private Terminals() {}

  /** The size of a window in characters. */
  public record Size(int rows, int columns) {}

  /** A new pseudo terminal: what a terminal program holds, and what the shell gets. */
  public record Pair(Fd master, Fd slave) implements AutoCloseable {
    @Override
    public void close() {
      master.close();
      slave.close();
    }
  }

  /** Opens a new pair. */
  public static Pair openPair() throws LinuxException {
    return unlock(At.open(Path.of("/dev/ptmx"), FLAGS));
  }

  /**
   * Opens a new pair of the file system of terminals that is mounted at {@code dev/pts} below this
   * root, which may be another mount name space's. No link is followed on the way, and nothing but
   * such a file system's own multiplexer is opened.
   *
   * @throws LinuxException ENODEV if there is no such file system
   */
  public static Pair openPairIn(Fd root) throws LinuxException {
    long rules = At.RESOLVE_IN_ROOT | At.RESOLVE_NO_SYMLINKS;
    long beneath = At.RESOLVE_BENEATH | At.RESOLVE_NO_SYMLINKS | At.RESOLVE_NO_XDEV;
    try (Fd pts =
        At.openResolved(root, "dev/pts", OpenFlags.PATH | OpenFlags.DIRECTORY, 0, rules)) {
      if (FileSystems.type(pts) != DEVPTS_MAGIC) {
        throw new LinuxException("openat2", Errno.ENODEV.number(), "dev/pts");
      }
      // Such a file system holds nothing but terminals and this one file, made by the kernel.
      return unlock(At.openResolved(pts, "ptmx", FLAGS, 0, beneath));
    }
  }

  private static Pair unlock(Fd master) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment unlocked = s.take(4);
      Io.ioctl(master, TIOCSPTLCK, unlocked.address());
      // By ioctl rather than by path: right in every mount namespace.
      long slave = Io.ioctl(master, TIOCGPTPEER, FLAGS | OpenFlags.CLOSE_ON_EXEC);
      return new Pair(master, new Fd((int) slave));
    } catch (LinuxException failure) {
      master.close();
      throw failure;
    }
  }

  /** Whether it is a terminal. */
  public static boolean isTerminal(Fd fd) throws LinuxException {
    try {
      return modes(fd).length > 0;
    } catch (LinuxException failure) {
      if (failure.is(Errno.ENOTTY) || failure.is(Errno.EINVAL) || failure.is(Errno.EBADF)) {
        return false;
      }
      throw failure;
    }
  }

  /** The window's size. */
  public static Size size(Fd terminal) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(8);
      Io.ioctl(terminal, TIOCGWINSZ, m.address());
      return new Size(m.get(JAVA_SHORT, 0) & 0xffff, m.get(JAVA_SHORT, 2) & 0xffff);
    }
  }

  /** Sets the window's size; programs in it get SIGWINCH. */
  public static void resize(Fd terminal, Size size) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(8);
      m.set(JAVA_SHORT, 0, (short) size.rows());
      m.set(JAVA_SHORT, 2, (short) size.columns());
      Io.ioctl(terminal, TIOCSWINSZ, m.address());
    }
  }

  /** Passes every byte on as it is (cfmakeraw(3)); returns the modes for {@link #restore}. */
  public static byte[] makeRaw(Fd terminal) throws LinuxException {
    byte[] before = modes(terminal);
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(TERMIOS_SIZE);
      MemorySegment.copy(before, 0, m, JAVA_BYTE, 0, TERMIOS_SIZE);
      m.set(JAVA_INT, 0, m.get(JAVA_INT, 0) & ~RAW_INPUT_OFF);
      m.set(JAVA_INT, 4, m.get(JAVA_INT, 4) & ~OPOST);
      m.set(JAVA_INT, 8, (m.get(JAVA_INT, 8) & ~CSIZE_AND_PARENB) | CS8);
      m.set(JAVA_INT, 12, m.get(JAVA_INT, 12) & ~RAW_LOCAL_OFF);
      m.set(JAVA_BYTE, CC + VMIN, (byte) 1);
      m.set(JAVA_BYTE, CC + VTIME, (byte) 0);
      Io.ioctl(terminal, TCSETS, m.address());
    }
    return before;
  }

  /** Shows typed characters or not, for passwords; returns the modes for {@link #restore}. */
  public static byte[] setEcho(Fd terminal, boolean on) throws LinuxException {
    byte[] before = modes(terminal);
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(TERMIOS_SIZE);
      MemorySegment.copy(before, 0, m, JAVA_BYTE, 0, TERMIOS_SIZE);
      int echo = 010;
      int local = m.get(JAVA_INT, 12);
      m.set(JAVA_INT, 12, on ? local | echo : local & ~echo);
      Io.ioctl(terminal, TCSETS, m.address());
    }
    return before;
  }

  /** Sets the modes as they were. */
  public static void restore(Fd terminal, byte[] modes) throws LinuxException {
    if (modes.length != TERMIOS_SIZE) {
      throw new IllegalArgumentException("Not the modes of a terminal");
    }
    try (Scratch s = Scratch.borrow()) {
      Io.ioctl(terminal, TCSETS, s.bytes(modes));
    }
  }

  private static byte[] modes(Fd terminal) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(TERMIOS_SIZE);
      Io.ioctl(terminal, TCGETS, m.address());
      return m.toArray(JAVA_BYTE);
    }
  }
}
