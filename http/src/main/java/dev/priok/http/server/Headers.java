package dev.priok.http.server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Header fields in the order they came; names are compared without regard to case. */
public final class Headers {
  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  /** The first value, or null where the field is absent. */
  public @Nullable String get(String name) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        return values.get(i);
      }
    }
    return null;
  }

  public List<String> all(String name) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        found.add(values.get(i));
      }
    }
    return found;
  }

  public boolean has(String name) {
    return get(name) != null;
  }

  /** True where a comma-separated field lists the token, as {@code Connection: Upgrade} does. */
  public boolean lists(String name, String token) {
    for (String value : all(name)) {
      int from = 0;
      while (from <= value.length()) {
        int comma = value.indexOf(',', from);
        int to = comma < 0 ? value.length() : comma;
        if (value.substring(from, to).strip().equalsIgnoreCase(token)) {
          return true;
        }
        from = to + 1;
      }
    }
    return false;
  }

  public Headers add(String name, String value) {
    names.add(name);
    values.add(value);
    return this;
  }

  /** Replaces what was there. */
  public Headers set(String name, String value) {
    for (int i = names.size() - 1; i >= 0; i--) {
      if (names.get(i).equalsIgnoreCase(name)) {
        names.remove(i);
        values.remove(i);
      }
    }
    return add(name, value);
  }

  public int size() {
    return names.size();
  }

  public void forEach(BiConsumer<String, String> visitor) {
    for (int i = 0; i < names.size(); i++) {
      visitor.accept(names.get(i), values.get(i));
    }
  }

  public Headers copy() {
    Headers copy = new Headers();
    forEach(copy::add);
    return copy;
  }
}
