package dev.priok.kernel.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.event.Registration;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Waiting for children started with {@link Spawn}. Always by process id: the JVM's own reaper waits
 * for the children of {@code ProcessBuilder} the same way, so neither takes the other's. Every
 * child must be waited for once, or it stays a zombie.
 */
public final class Children {
  private static final int WNOHANG = 1;

  private Children() {}

  /**
   * Waits without an end. Blocks its thread: for short-lived programs, or on a platform thread.
   *
   * @throws LinuxException ECHILD if it is not an unwaited child of ours
   */
  public static ExitStatus waitFor(int pid) throws LinuxException {
    return wait(pid, 0)
        .orElseThrow(() -> new LinuxException("wait4", 10, pid)); // impossible without WNOHANG
  }

  /** Takes the status if it has ended already. */
  public static Optional<ExitStatus> poll(int pid) throws LinuxException {
    return wait(pid, WNOHANG);
  }

  /**
   * Reaps the child when it ends, on the loop's thread; completes there, so continue long work
   * elsewhere. Completes exceptionally with ECHILD if somebody else has reaped it.
   */
  public static CompletableFuture<ExitStatus> onExit(EventLoop loop, int pid)
      throws LinuxException {
    Pidfd pidfd = Pidfd.open(pid);
    CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
    AtomicReference<@Nullable Registration> held = new AtomicReference<>();
    try {
      Registration registration =
          loop.register(
              pidfd.fd(),
              EventLoop.READ,
              events -> {
                Registration own = held.get();
                if (own == null) {
                  return; // reported before register() returned; the level is still there
                }
                own.cancel();
                pidfd.close();
                try {
                  exit.complete(waitFor(pid));
                } catch (LinuxException failure) {
                  exit.completeExceptionally(failure);
                }
              });
      held.set(registration);
      return exit;
    } catch (LinuxException failure) {
      pidfd.close();
      throw failure;
    }
  }

  private static Optional<ExitStatus> wait(int pid, int options) throws LinuxException {
    if (pid <= 0) {
      throw new IllegalArgumentException("Only single processes are waited for, not " + pid);
    }
    try (Scratch s = Scratch.borrow()) {
      MemorySegment status = s.take(4);
      long r = s.call(SystemCall.WAIT4, pid, status.address(), options, 0);
      LinuxException.check(r, SystemCall.WAIT4, pid);
      return r == 0
          ? Optional.empty()
          : Optional.of(ExitStatus.ofWaitStatus(status.get(JAVA_INT, 0)));
    }
  }
}
