package dev.priok.kernel.process;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.util.Optional;

/**
 * A hold on one process: a signal sent through it can never hit another process that got the same
 * id. Readable (see {@link #fd()}) when the process has ended, for any process, not only children.
 */
public final class Pidfd implements AutoCloseable {
  private final int pid;
  private final Fd fd;

  private Pidfd(int pid, Fd fd) {
    this.pid = pid;
    this.fd = fd;
  }

  /** Takes hold; ESRCH if there is no such process. */
  public static Pidfd open(int pid) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.PIDFD_OPEN, pid, 0); // close-on-exec is implied
      return new Pidfd(pid, new Fd((int) LinuxException.check(r, SystemCall.PIDFD_OPEN, pid)));
    }
  }

  /**
   * Takes hold if the process is there and started then.
   *
   * @param startTime what {@link ProcessTable.Entry#startTime()} said when the id was noted down
   */
  public static Optional<Pidfd> openIfSame(int pid, long startTime) throws LinuxException {
    Pidfd held;
    try {
      held = open(pid);
    } catch (LinuxException failure) {
      if (failure.is(Errno.ESRCH)) {
        return Optional.empty();
      }
      throw failure;
    }
    // Looked at after opening: if it is the same one now, the descriptor refers to it.
    boolean same = ProcessTable.find(pid).filter(p -> p.startTime() == startTime).isPresent();
    if (!same) {
      held.close();
      return Optional.empty();
    }
    return Optional.of(held);
  }

  /** The process id. */
  public int pid() {
    return pid;
  }

  /** The descriptor, for an event loop. */
  public Fd fd() {
    return fd;
  }

  /** Sends a signal; false if the process has ended. */
  @CanIgnoreReturnValue
  public boolean signal(int signal) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.PIDFD_SEND_SIGNAL, fd.number(), signal, 0, 0);
      if (r == -Errno.ESRCH.number()) {
        return false;
      }
      LinuxException.check(r, SystemCall.PIDFD_SEND_SIGNAL, pid);
      return true;
    }
  }

  /** A copy of one of its descriptors (pidfd_getfd(2)); EBADF where it has none of that number. */
  public Fd descriptor(int number) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.PIDFD_GETFD, fd.number(), number, 0); // closed on exec
      return new Fd((int) LinuxException.check(r, SystemCall.PIDFD_GETFD, pid));
    }
  }

  /** Whether it has ended within that time. Blocks: not for long on a virtual thread. */
  public boolean awaitExit(int milliseconds) throws LinuxException {
    return Io.poll(fd, Io.POLL_IN, milliseconds) != 0;
  }

  @Override
  public void close() {
    fd.close();
  }
}
