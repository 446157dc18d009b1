package dev.priok.host.runtime;

import dev.priok.host.logging.LogFollow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts pieces of output, for those who read them from the log instead. */
final class ChangeSignal implements LogFollow {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile long version;
  private volatile boolean ended;
  private volatile int waiting;

  void changed() {
    lock.lock();
    try {
      version++;
      if (waiting > 0) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long version() {
    return version;
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public void awaitChange(long seen, long millis) throws InterruptedException {
    lock.lock();
    try {
      waiting++;
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (version == seen && !ended && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      waiting--;
      lock.unlock();
    }
  }
}
