package dev.priok.host.store;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The records of one kind as they are in memory; changes pass through the database first. */
final class MemoryRecords<T> implements Records<T> {
  private final SqliteStore store;
  private final String kind;
  private final Class<T> type;
  private final ConcurrentSkipListMap<String, T> values = new ConcurrentSkipListMap<>();

  MemoryRecords(SqliteStore store, String kind, Class<T> type) {
    this.store = store;
    this.kind = kind;
    this.type = type;
  }

  String kind() {
    return kind;
  }

  Class<T> type() {
    return type;
  }

  void loaded(String key, T value) {
    values.put(key, value);
  }

  void dropped(String key) {
    values.remove(key);
  }

  @Override
  public Optional<T> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  @Override
  public Map<String, T> all() {
    return Collections.unmodifiableMap(values);
  }

  @Override
  public void put(String key, T value) {
    store.put(this, key, value);
  }

  @Override
  public void remove(String key) {
    store.remove(this, key);
  }
}
