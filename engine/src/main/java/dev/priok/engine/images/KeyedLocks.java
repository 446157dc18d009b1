package dev.priok.engine.images;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** A lock a key: two pulls of the same layer, the second waits and finds it there. */
final class KeyedLocks<K> {
  private static final class Counted {
    final ReentrantLock lock = new ReentrantLock();
    int users;
  }

  /** A lock that is held; closing gives it back. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  private final ConcurrentHashMap<K, Counted> locks = new ConcurrentHashMap<>();

  Held lock(K key) {
    Counted counted =
        locks.compute(
            key,
            (k, present) -> {
              Counted value = present == null ? new Counted() : present;
              value.users++;
              return value;
            });
    counted.lock.lock();
    return () -> {
      counted.lock.unlock();
      locks.computeIfPresent(key, (k, present) -> --present.users == 0 ? null : present);
    };
  }
}
