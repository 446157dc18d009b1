package dev.priok.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of the few keys that were asked for last. Clients that watch a container ask for the
 * same one again and again; a machine with thousands must not keep an answer for each.
 */
public final class Recent<K, V> {
  private final Map<K, V> values;

  /**
   * Keeps so many.
   *
   * @param most at least 1
   */
  public Recent(int most) {
    this.values =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
          }
        };
  }

  /** What was put last under the key, if it is still kept. */
  public synchronized @Nullable V get(K key) {
    return values.get(key);
  }

  public synchronized void put(K key, V value) {
    values.put(key, value);
  }
}
