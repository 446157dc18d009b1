package dev.priok.host.storage;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** A lock a layer, and how many users its mount has. */
final class LayerLocks {
  private final Map<LayerId, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final Map<LayerId, Integer> mounts = new ConcurrentHashMap<>();

  /** Held until closed. */
  Held hold(LayerId layer) {
    while (true) {
      ReentrantLock lock = locks.computeIfAbsent(layer, l -> new ReentrantLock());
      lock.lock();
      if (locks.get(layer) == lock) {
        return new Held(layer, lock);
      }
      lock.unlock(); // the layer went away while we waited, and its lock with it
    }
  }

  final class Held implements AutoCloseable {
    private final LayerId layer;
    private final ReentrantLock lock;

    private Held(LayerId layer, ReentrantLock lock) {
      this.layer = layer;
      this.lock = lock;
    }

    int users() {
      return mounts.getOrDefault(layer, 0);
    }

    void users(int count) {
      if (count <= 0) {
        mounts.remove(layer);
      } else {
        mounts.put(layer, count);
      }
    }

    /** The layer is gone; nobody else needs its lock. */
    void forget() {
      mounts.remove(layer);
      locks.remove(layer, lock);
    }

    @Override
    public void close() {
      lock.unlock();
    }
  }
}
