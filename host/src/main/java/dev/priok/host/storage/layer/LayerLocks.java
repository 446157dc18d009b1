package dev.priok.host.storage.layer;

import dev.priok.host.storage.LayerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One operation at a time on a layer, and how many users its mount has. Layers share a fixed number
 * of locks: two layers rarely meet, and nothing is left of a layer that is gone. Nobody holds two.
 */
public final class LayerLocks {
  private static final int LOCKS = 256;

  private final List<ReentrantLock> locks = new ArrayList<>();
  private final Map<LayerId, Integer> mounts = new ConcurrentHashMap<>();

  public LayerLocks() {
    for (int i = 0; i < LOCKS; i++) {
      locks.add(new ReentrantLock());
    }
  }

  /** Held until closed. */
  public Held hold(LayerId layer) {
    return new Held(layer, locks.get(Math.floorMod(layer.hashCode(), LOCKS)));
  }

  public final class Held implements AutoCloseable {
    private final LayerId layer;
    private final ReentrantLock lock;

    private Held(LayerId layer, ReentrantLock lock) {
      this.layer = layer;
      this.lock = lock;
      lock.lock();
    }

    public int users() {
      return mounts.getOrDefault(layer, 0);
    }

    public void users(int count) {
      if (count <= 0) {
        mounts.remove(layer);
      } else {
        mounts.put(layer, count);
      }
    }

    @Override
    public void close() {
      lock.unlock();
    }
  }
}
