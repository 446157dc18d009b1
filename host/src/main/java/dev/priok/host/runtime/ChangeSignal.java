package dev.priok.host.runtime;

import dev.priok.host.logging.LogFollow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts pieces of output, for those who read them from the log instead. */
final class ChangeSignal implements LogFollow {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicLong version = new AtomicLong();
  private volatile boolean ended;
  private int waiting;

  void changed() {
    lock.lock();
    try {
      version.incrementAndGet();
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
    return version.get();
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
      while (version.get() == seen && !ended && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      waiting--;
      lock.unlock();
    }
  }
}
