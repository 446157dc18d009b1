package dev.priok.kernel.call;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;

/**
 * Reading, writing and controlling open descriptors. Calls on pipes, sockets and terminals may
 * block: not on a virtual thread, whose carrier they would hold; there use an event loop or {@link
 * #poll} with a short time.
 */
public final class Io {
  /** For {@link #poll}: something to read, or the end. */
  public static final int POLL_IN = 1;

  /** For {@link #poll}: room to write. */
  public static final int POLL_OUT = 4;

  /** From {@link #poll}: an error is pending. */
  public static final int POLL_ERROR = 8;

  /** From {@link #poll}: the other side hung up. */
  public static final int POLL_HANG_UP = 16;

  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;

  private Io() {}

  /** The two ends of a pipe. */
  public record Pipe(Fd reader, Fd writer) implements AutoCloseable {
    @Override
    public void close() {
      reader.close();
      writer.close();
    }
  }

  /** Reads what is there, up to the length; -1 at the end. */
  public static int read(Fd fd, byte[] into, int offset, int length) throws LinuxException {
    if (length == 0) {
      return 0;
    }
    try (Scratch s = Scratch.borrow()) {
      int limit = Math.min(length, Scratch.BUFFER_SIZE);
      long n = s.call(SystemCall.READ, fd.number(), s.buffer().address(), limit);
      LinuxException.check(n, SystemCall.READ, fd);
      if (n == 0) {
        return -1;
      }
      MemorySegment.copy(s.buffer(), JAVA_BYTE, 0, into, offset, (int) n);
      return (int) n;
    }
  }

  /** Reads into native memory; -1 at the end. */
  public static long read(Fd fd, MemorySegment into) throws LinuxException {
    if (!into.isNative()) {
      throw new IllegalArgumentException("The kernel cannot write into the Java heap");
    }
    try (Scratch s = Scratch.borrow()) {
      long n = s.call(SystemCall.READ, fd.number(), into.address(), into.byteSize());
      return LinuxException.check(n, SystemCall.READ, fd) == 0 ? -1 : n;
    } finally {
      Reference.reachabilityFence(into); // only its address is in use during the call
    }
  }

  /** Writes all of it; for blocking descriptors, others may fail with EAGAIN half-way. */
  public static void write(Fd fd, byte[] from, int offset, int length) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      int done = 0;
      while (done < length) {
        int size = Math.min(length - done, Scratch.BUFFER_SIZE);
        MemorySegment.copy(from, offset + done, s.buffer(), JAVA_BYTE, 0, size);
        int sent = 0;
        while (sent < size) {
          long address = s.buffer().address() + sent;
          long n = s.call(SystemCall.WRITE, fd.number(), address, size - sent);
          sent += (int) LinuxException.check(n, SystemCall.WRITE, fd);
        }
        done += size;
      }
    }
  }

  /** Writes all of it. */
  public static void write(Fd fd, byte[] from) throws LinuxException {
    write(fd, from, 0, from.length);
  }

  /** Writes text in UTF-8. */
  public static void write(Fd fd, String text) throws LinuxException {
    write(fd, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A stream over a descriptor; closing the stream closes it. */
  public static InputStream input(Fd fd) {
    return new FdInput(fd);
  }

  /** A stream over a descriptor, without a buffer; closing the stream closes it. */
  public static OutputStream output(Fd fd) {
    return new FdOutput(fd);
  }

  /** A pipe, closed on exec at both ends; children get theirs through {@code Spawn}. */
  public static Pipe pipe() throws LinuxException {
    return pipe(0);
  }

  /** A pipe with more flags of {@link OpenFlags}, such as NON_BLOCKING. */
  public static Pipe pipe(int flags) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment pair = s.take(8);
      long r = s.call(SystemCall.PIPE2, pair.address(), OpenFlags.CLOSE_ON_EXEC | flags);
      LinuxException.check(r, SystemCall.PIPE2, null);
      return new Pipe(new Fd(pair.get(JAVA_INT, 0)), new Fd(pair.get(JAVA_INT, 4)));
    }
  }

  /** A second descriptor for the same open file, closed on exec. */
  public static Fd duplicate(Fd fd) throws LinuxException {
    return duplicate(fd.number(), 3);
  }

  /** A second descriptor, numbered at least so high. */
  public static Fd duplicate(int fd, int atLeast) throws LinuxException {
    return new Fd((int) fcntl(fd, F_DUPFD_CLOEXEC, atLeast));
  }

  /** Any fcntl(2) with a number as argument. */
  public static long fcntl(int fd, int command, long argument) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.FCNTL, fd, command, argument);
      return LinuxException.check(r, SystemCall.FCNTL, "fd " + fd);
    }
  }

  /** Makes calls return EAGAIN instead of waiting, or back. */
  public static void setNonBlocking(Fd fd, boolean on) throws LinuxException {
    long flags = fcntl(fd.number(), F_GETFL, 0);
    long wanted = on ? flags | OpenFlags.NON_BLOCKING : flags & ~(long) OpenFlags.NON_BLOCKING;
    if (wanted != flags) {
      fcntl(fd.number(), F_SETFL, wanted);
    }
  }

  /** An ioctl(2) whose argument is native memory (or a number as the address of nothing). */
  public static long ioctl(Fd fd, long request, long argument) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.IOCTL, fd.number(), request, argument);
      return LinuxException.check(r, SystemCall.IOCTL, fd);
    }
  }

  /** Forces data and metadata to the disk; works on directories too. */
  public static void sync(Fd fd) throws LinuxException {
    one(SystemCall.FSYNC, fd);
  }

  /** Forces data, and as much metadata as reading it back needs. */
  public static void syncData(Fd fd) throws LinuxException {
    one(SystemCall.FDATASYNC, fd);
  }

  /** Forces the whole file system that the descriptor is on: one call after many small files. */
  public static void syncFileSystem(Fd fd) throws LinuxException {
    one(SystemCall.SYNCFS, fd);
  }

  /** Sets the length. */
  public static void truncate(Fd fd, long length) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.FTRUNCATE, fd.number(), length);
      LinuxException.check(r, SystemCall.FTRUNCATE, fd);
    }
  }

  /** Moves the position; from the start. */
  public static void seek(Fd fd, long position) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.LSEEK, fd.number(), position, 0);
      LinuxException.check(r, SystemCall.LSEEK, fd);
    }
  }

  /**
   * Waits until one of the wanted things holds.
   *
   * @return the things that hold, 0 after the time
   */
  public static int poll(Fd fd, int wanted, int milliseconds) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment entry = s.take(8);
      entry.set(JAVA_INT, 0, fd.number());
      entry.set(JAVA_SHORT, 4, (short) wanted);
      MemorySegment time = s.take(16);
      time.set(JAVA_LONG, 0, milliseconds / 1000);
      time.set(JAVA_LONG, 8, milliseconds % 1000 * 1_000_000L);
      long limit = milliseconds < 0 ? 0 : time.address();
      long r = s.call(SystemCall.PPOLL, entry.address(), 1, limit, 0, 8);
      LinuxException.check(r, SystemCall.PPOLL, fd);
      return r == 0 ? 0 : entry.get(JAVA_SHORT, 6) & 0xffff;
    }
  }

  private static void one(SystemCall call, Fd fd) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      LinuxException.check(s.call(call, fd.number()), call, fd);
    }
  }

  private static final class FdInput extends InputStream {
    private final Fd fd;

    FdInput(Fd fd) {
      this.fd = fd;
    }

    @Override
    public int read() throws LinuxException {
      byte[] one = new byte[1];
      return Io.read(fd, one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws LinuxException {
      return Io.read(fd, into, offset, length);
    }

    @Override
    public void close() {
      fd.close();
    }
  }

  private static final class FdOutput extends OutputStream {
    private final Fd fd;

    FdOutput(Fd fd) {
      this.fd = fd;
    }

    @Override
    public void write(int value) throws LinuxException {
      Io.write(fd, new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws LinuxException {
      Io.write(fd, from, offset, length);
    }

    @Override
    public void close() {
      fd.close();
    }
  }
}
