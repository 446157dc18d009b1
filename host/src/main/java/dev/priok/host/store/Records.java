package dev.priok.host.store;

import java.util.Map;
import java.util.Optional;

/**
 * One kind of durable record, by key.
 *
 * <p>A write has reached the disk when the call returns (SQLite, WAL with synchronous=FULL): a
 * killed daemon or a lost power supply finds it again. Writers of all kinds share one commit, so
 * many callers at once cost about as much as one. Values are immutable records; reading never
 * blocks on writing.
 *
 * <p>Example: {@code Records<VolumeRecord> volumes = store.records("volumes", VolumeRecord.class);
 * volumes.put(name, record);}
 */
public interface Records<T> {
  Optional<T> get(String key);

  /** All records in the order of their keys. */
  Map<String, T> all();

  /**
   * Inserts or replaces. Throws {@link StoreException} if the disk refuses; nothing changed then.
   */
  void put(String key, T value);

  /** Removes; no error where there is none. */
  void remove(String key);

  /**
   * Removes for readers at once, and from the disk soon: with the next commit, which nobody waits
   * for. For a record that says itself that it is going, as a crash may bring it back.
   */
  default void removeSoon(String key) {
    remove(key);
  }
}
