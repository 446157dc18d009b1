package dev.priok.host.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.priok.model.api.Json;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The records of one kind as they are in memory; changes pass through the database first.
 *
 * <p>Rows are decoded on threads of their own: at the start of a daemon with hundreds of containers
 * that takes as long as everything else, which can go on meanwhile. Whoever asks for a record first
 * waits for all of them.
 */
final class MemoryRecords<T> implements Records<T> {
  /** So many are decoded before a second thread is worth its start. */
  private static final int FEW = 50;

  private final SqliteStore store;
  private final String kind;
  private final Class<T> type;
  private final ConcurrentSkipListMap<String, T> values = new ConcurrentSkipListMap<>();
  private volatile CompletableFuture<Void> decoded = CompletableFuture.completedFuture(null);

  MemoryRecords(SqliteStore store, String kind, Class<T> type) {
    this.store = store;
    this.kind = kind;
    this.type = type;
  }

  String kind() {
    return kind;
  }

  void decode(List<StoredRecord> stored) {
    int half = stored.size() < FEW ? stored.size() : stored.size() / 2;
    decoded =
        CompletableFuture.allOf(
            decoding(stored.subList(0, half)), decoding(stored.subList(half, stored.size())));
  }

  private CompletableFuture<Void> decoding(List<StoredRecord> rows) {
    if (rows.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return CompletableFuture.runAsync(
        () -> rows.forEach(this::decode),
        task -> Thread.ofPlatform().daemon().name("store-reader").start(task));
  }

  private void decode(StoredRecord row) {
    try {
      values.put(row.key(), Json.mapper().readValue(row.json(), type));
    } catch (JsonProcessingException e) {
      throw new StoreException(
          "record %s of %s cannot be read: %s".formatted(row.key(), kind, e.getMessage()), e);
    }
  }

  private ConcurrentSkipListMap<String, T> values() {
    CompletableFuture<Void> all = decoded;
    if (!all.isDone() || all.isCompletedExceptionally()) {
      try {
        all.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof StoreException unreadable) {
          throw new StoreException(String.valueOf(unreadable.getMessage()), unreadable);
        }
        throw e;
      }
    }
    return values;
  }

  void loaded(String key, T value) {
    values().put(key, value);
  }

  void dropped(String key) {
    values().remove(key);
  }

  @Override
  public Optional<T> get(String key) {
    return Optional.ofNullable(values().get(key));
  }

  @Override
  public Map<String, T> all() {
    return Collections.unmodifiableMap(values());
  }

  @Override
  public void put(String key, T value) {
    values(); // an older value that is still being decoded must not come after this one
    store.put(this, key, value);
  }

  @Override
  public void remove(String key) {
    values();
    store.remove(this, key);
  }

  @Override
  public void removeSoon(String key) {
    values();
    store.removeSoon(this, key);
  }
}
