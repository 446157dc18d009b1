package dev.priok.kernel.call;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Memory for the arguments of one call, and the calls themselves.
 *
 * <pre>{@code
 * try (Scratch s = Scratch.borrow()) {
 *   long fd = s.call(SystemCall.OPENAT, dir.number(), s.text("etc"), flags, 0);
 *   return new Fd((int) LinuxException.check(fd, SystemCall.OPENAT, "etc"));
 * }
 * }</pre>
 *
 * <p>Borrowed from a pool rather than kept per thread: requests run on virtual threads, of which
 * there are too many and too short ones to own native memory. A borrowed scratch belongs to one
 * thread until it is closed, and everything taken from it ends with it.
 */
public final class Scratch implements AutoCloseable {
  /** Room for data: what {@link #buffer()} gives. */
  public static final int BUFFER_SIZE = 64 * 1024;

  private static final int ARGUMENT_SIZE = 16 * 1024;
  private static final int POOL_LIMIT = 64;

  // A cache, not state: an empty one only costs time.
  private static final ConcurrentLinkedDeque<Scratch> POOL = new ConcurrentLinkedDeque<>();
  private static final AtomicInteger POOLED = new AtomicInteger();

  private final MemorySegment errno;
  private final MemorySegment arguments;
  private final MemorySegment buffer;
  private final List<MemorySegment> large = new ArrayList<>(0);
  private long used;
  private boolean lent;

  private Scratch() {
    Arena arena = Arena.ofAuto();
    errno = arena.allocate(NativeCalls.CAPTURE_LAYOUT);
    arguments = arena.allocate(ARGUMENT_SIZE, 16);
    buffer = arena.allocate(BUFFER_SIZE, 16);
  }

  /** Takes one from the pool, or makes one. */
  public static Scratch borrow() {
    Scratch scratch = POOL.pollFirst();
    if (scratch == null) {
      scratch = new Scratch();
    } else {
      POOLED.decrementAndGet();
    }
    scratch.lent = true;
    return scratch;
  }

  /** Gives it back; what was taken from it must not be used any more. */
  @Override
  public void close() {
    if (!lent) {
      return;
    }
    lent = false;
    used = 0;
    large.clear();
    if (POOLED.incrementAndGet() <= POOL_LIMIT) {
      POOL.addFirst(this);
    } else {
      POOLED.decrementAndGet();
    }
  }

  /** Zeroed memory, aligned to 16 bytes. */
  public MemorySegment take(long size) {
    long start = (used + 15) & ~15L;
    if (start + size > ARGUMENT_SIZE) {
      MemorySegment extra = Arena.ofAuto().allocate(size, 16);
      large.add(extra);
      return extra;
    }
    used = start + size;
    return arguments.asSlice(start, size).fill((byte) 0);
  }

  /** The data buffer, {@link #BUFFER_SIZE} bytes, not zeroed; the same one at every call. */
  public MemorySegment buffer() {
    return buffer;
  }

  /**
   * The address of a zero-terminated copy of a string (see {@link PathText} for names that are not
   * UTF-8).
   *
   * @throws LinuxException EINVAL if the string has a zero inside: the kernel would silently stop
   *     there, and act on another file than the one checked
   */
  public long text(String value) throws LinuxException {
    byte[] bytes = PathText.encode(value);
    for (byte b : bytes) {
      if (b == 0) {
        throw new LinuxException("path", Errno.EINVAL.number(), value.replace('\0', '?'));
      }
    }
    MemorySegment copy = take(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
    return copy.address();
  }

  /** The address of a copy of these bytes. */
  public long bytes(byte[] value) {
    MemorySegment copy = take(Math.max(1, value.length));
    MemorySegment.copy(value, 0, copy, JAVA_BYTE, 0, value.length);
    return copy.address();
  }

  /** Makes the call; its value, or the negative error number. Interrupted calls are repeated. */
  public long call(SystemCall call, long a, long b, long c, long d, long e, long f) {
    while (true) {
      long result = NativeCalls.syscall(errno, call.number(), a, b, c, d, e, f);
      if (result != -4 || !call.restartable()) {
        return result;
      }
    }
  }

  /** As {@link #call(SystemCall, long, long, long, long, long, long)}, with five arguments. */
  public long call(SystemCall call, long a, long b, long c, long d, long e) {
    return call(call, a, b, c, d, e, 0);
  }

  /** As {@link #call(SystemCall, long, long, long, long, long, long)}, with four arguments. */
  public long call(SystemCall call, long a, long b, long c, long d) {
    return call(call, a, b, c, d, 0, 0);
  }

  /** As {@link #call(SystemCall, long, long, long, long, long, long)}, with three arguments. */
  public long call(SystemCall call, long a, long b, long c) {
    return call(call, a, b, c, 0, 0, 0);
  }

  /** As {@link #call(SystemCall, long, long, long, long, long, long)}, with two arguments. */
  public long call(SystemCall call, long a, long b) {
    return call(call, a, b, 0, 0, 0, 0);
  }

  /** As {@link #call(SystemCall, long, long, long, long, long, long)}, with one argument. */
  public long call(SystemCall call, long a) {
    return call(call, a, 0, 0, 0, 0, 0);
  }

  /** As {@link #call(SystemCall, long, long, long, long, long, long)}, with none. */
  public long call(SystemCall call) {
    return call(call, 0, 0, 0, 0, 0, 0);
  }

  /**
   * Calls a C library function that returns int. Its own convention for errors applies: posix_spawn
   * and relatives return the error and do not set errno.
   */
  public int library(
      MemorySegment function, long a, long b, long c, long d, long e, long f, long g) {
    return NativeCalls.library(errno, function, a, b, c, d, e, f, g);
  }

  /** Calls a C library function that returns a pointer or another machine word. */
  public long libraryLong(
      MemorySegment function, long a, long b, long c, long d, long e, long f, long g) {
    return NativeCalls.libraryLong(errno, function, a, b, c, d, e, f, g);
  }
}
