package dev.priok.engine.volumes;

import java.util.HashSet;
import java.util.Set;

/**
 * One lock a name. A plugin that hangs while it makes one volume must not keep others from theirs.
 */
final class NameLocks {
  private final Set<String> taken = new HashSet<>();

  /** The lock, held. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /** Waits until nobody else holds the name. */
  Held take(String name) {
    boolean interrupted = false;
    synchronized (taken) {
      while (!taken.add(name)) {
        try {
          taken.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return () -> {
      synchronized (taken) {
        taken.remove(name);
        taken.notifyAll();
      }
    };
  }
}
