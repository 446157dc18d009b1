package dev.priok.engine.containers;

import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import java.time.Duration;

/**
 * Keeps new processes out while the daemon stops.
 *
 * <p>Whatever makes a container or starts a process passes here; the daemon closes the gate, waits
 * for those inside, and only then counts what runs and is to be stopped. So no container starts
 * behind the back of the one who stops them all.
 */
public final class StartGate {
  private int inside;
  private boolean closed;

  /** Open while held. Refuses with 503 once the daemon stops. */
  public synchronized Pass enter() {
    if (closed) {
      throw new EngineException(
          ErrorKind.UNAVAILABLE,
          "the daemon is shutting down: nothing can be created or started now; try again when it"
              + " is back");
    }
    inside++;
    return this::leave;
  }

  /** For a verb with several steps, before its first. */
  public void check() {
    enter().close();
  }

  /** True once nothing is to be started any more. */
  public synchronized boolean isClosed() {
    return closed;
  }

  private synchronized void leave() {
    inside--;
    notifyAll();
  }

  /** For ever; true when nobody is inside any more, false where the patience was too short. */
  public synchronized boolean close(Duration patience) {
    closed = true;
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (inside > 0) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** One who is inside. */
  public interface Pass extends AutoCloseable {
    @Override
    void close();
  }
}
