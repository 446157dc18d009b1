package dev.priok.engine.containers;

import dev.priok.model.id.ContainerId;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One container in this daemon's memory: its record, the lock under which it changes, and those who
 * wait for its end.
 *
 * <p>{@link #lock} is held while a verb changes the container's state, never while it waits for a
 * process to end: the end itself takes the lock. Reading {@link #record} needs no lock.
 */
public final class Container {
  private final ReentrantLock lock = new ReentrantLock();
  private final Object changed = new Object();
  private volatile ContainerRecord record;
  private int ends;
  private boolean removed;
  private @Nullable String removalError;
  private volatile boolean beingRestarted;

  Container(ContainerRecord record) {
    this.record = record;
  }

  public ContainerRecord record() {
    return record;
  }

  public ContainerId id() {
    return record.id();
  }

  public String name() {
    return record.name();
  }

  public RunState state() {
    return record.state();
  }

  /** For {@link ContainerTable}, which has made it durable. */
  void replaced(ContainerRecord newRecord) {
    synchronized (changed) {
      boolean ended = record.state().isAlive() && !newRecord.state().isAlive();
      record = newRecord;
      if (ended) {
        ends++;
      }
      changed.notifyAll();
    }
  }

  void removed(ContainerRecord last) {
    synchronized (changed) {
      record = last;
      ends++;
      removed = true;
      changed.notifyAll();
    }
  }

  /** An automatic removal failed; those who wait for it must not wait for ever. */
  void removalFailed(String why) {
    synchronized (changed) {
      removalError = why;
      changed.notifyAll();
    }
  }

  /** {@code docker restart} is under way: an end now is not one that removes the container. */
  boolean isBeingRestarted() {
    return beingRestarted;
  }

  void beingRestarted(boolean now) {
    beingRestarted = now;
  }

  /** How many runs have ended; a token for {@link #awaitEnd}. */
  int ends() {
    synchronized (changed) {
      return ends;
    }
  }

  /** Waits until more than {@code before} runs have ended; false where the time is over. */
  boolean awaitEnd(int before, long millis) throws InterruptedException {
    synchronized (changed) {
      return awaitUntil(() -> ends > before || removed, millis);
    }
  }

  /** Waits until no process of the container exists; false where the time is over. */
  boolean awaitNotRunning(long millis) throws InterruptedException {
    synchronized (changed) {
      return awaitUntil(
          () ->
              removed
                  || (!record.state().isAlive()
                      && record.state().status() != RunState.Status.RESTARTING),
          millis);
    }
  }

  /**
   * Waits until a run ends, be it to be restarted (Docker's "not-running" is answered then as
   * well), or at once where none is running.
   */
  void awaitStop(int before) throws InterruptedException {
    synchronized (changed) {
      awaitUntil(
          () ->
              removed
                  || ends > before
                  || (!record.state().isAlive()
                      && record.state().status() != RunState.Status.RESTARTING),
          Long.MAX_VALUE);
    }
  }

  /** Waits until it has been removed, or its removal has failed: the reason then, else null. */
  @Nullable String awaitRemoved() throws InterruptedException {
    synchronized (changed) {
      awaitUntil(() -> removed || removalError != null, Long.MAX_VALUE);
      return removed ? null : removalError;
    }
  }

  /** Whether its record is gone, for other rooms. */
  public boolean isGone() {
    return isRemoved();
  }

  boolean isRemoved() {
    synchronized (changed) {
      return removed;
    }
  }

  private boolean awaitUntil(java.util.function.BooleanSupplier condition, long millis)
      throws InterruptedException {
    long end = millis == Long.MAX_VALUE ? Long.MAX_VALUE : System.nanoTime() + millis * 1_000_000;
    while (!condition.getAsBoolean()) {
      if (end == Long.MAX_VALUE) {
        changed.wait();
      } else {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        changed.wait(left);
      }
    }
    return true;
  }

  /** Takes the lock for a try-with-resources block. */
  Held lock() {
    lock.lock();
    return lock::unlock;
  }

  boolean isLockedByThisThread() {
    return lock.isHeldByCurrentThread();
  }

  /** The lock, held. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }
}
