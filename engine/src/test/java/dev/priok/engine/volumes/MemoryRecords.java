package dev.priok.engine.volumes;

import dev.priok.host.store.Records;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Records that last as long as the test. */
public final class MemoryRecords<T> implements Records<T> {
  private final Map<String, T> values = new ConcurrentSkipListMap<>();

  @Override
  public Optional<T> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  @Override
  public Map<String, T> all() {
    return new java.util.TreeMap<>(values);
  }

  @Override
  public void put(String key, T value) {
    values.put(key, value);
  }

  @Override
  public void remove(String key) {
    values.remove(key);
  }
}
