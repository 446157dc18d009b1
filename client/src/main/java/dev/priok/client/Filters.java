package dev.priok.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.priok.model.api.Json;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Filters of a list, events or prune call: values of one name are alternatives, names add up. */
public final class Filters {
  private final Map<String, Set<String>> values;

  private Filters(Map<String, Set<String>> values) {
    this.values = values;
  }

  /** No filter: everything. */
  public static Filters none() {
    return new Filters(Map.of());
  }

  /** These filters and one more value of {@code name}. */
  public Filters and(String name, String value) {
    Map<String, Set<String>> copy = new LinkedHashMap<>();
    values.forEach((n, v) -> copy.put(n, new LinkedHashSet<>(v)));
    copy.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(value);
    return new Filters(copy);
  }

  /** The wire form, or null where there is nothing to filter by. */
  @Nullable String toJson() {
    if (values.isEmpty()) {
      return null;
    }
    try {
      return Json.mapper().writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("filters are plain strings", e);
    }
  }
}
