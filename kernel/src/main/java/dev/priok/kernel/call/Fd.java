package dev.priok.kernel.call;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The owner of a file descriptor. Closing twice is harmless; using it after closing fails instead
 * of hitting whatever got the same number next. The owner must not close it while another thread is
 * inside a call on it: descriptors registered with an event loop are cancelled there first.
 */
public final class Fd implements AutoCloseable {
  private static final int CLOSED = -1;

  private final AtomicInteger number;

  /** Takes ownership of an open descriptor. */
  public Fd(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("Not a descriptor: " + number);
    }
    this.number = new AtomicInteger(number);
  }

  /** The number. */
  public int number() {
    int current = number.get();
    if (current == CLOSED) {
      throw new IllegalStateException("The descriptor is closed");
    }
    return current;
  }

  /** Whether it is still open and ours. */
  public boolean isOpen() {
    return number.get() != CLOSED;
  }

  /**
   * A path to what the descriptor refers to, valid for other processes too as long as it is open:
   * {@code /proc/PID/fd/N}.
   */
  public Path procPath() {
    return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + number());
  }

  /** Gives up ownership: the caller (another library, say) closes the number. */
  public int release() {
    int current = number.getAndSet(CLOSED);
    if (current == CLOSED) {
      throw new IllegalStateException("The descriptor is closed");
    }
    return current;
  }

  /**
   * Closes it. Errors of close(2) are not reported: the descriptor is gone in any case, and whoever
   * needs to know that data arrived calls {@link Io#sync} before.
   */
  @Override
  public void close() {
    int current = number.getAndSet(CLOSED);
    if (current != CLOSED) {
      try (Scratch scratch = Scratch.borrow()) {
        long ignored = scratch.call(SystemCall.CLOSE, current);
        assert ignored != -Errno.EBADF.number() : "descriptor " + current + " closed by others";
      }
    }
  }

  @Override
  public String toString() {
    int current = number.get();
    return current == CLOSED ? "fd closed" : "fd " + current;
  }
}
