package dev.priok.http.routing;

import dev.priok.model.error.EngineException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request's query parameters, read as Docker's server (Go) reads them. */
public final class Query {
  private final Map<String, List<String>> values = new LinkedHashMap<>();

  public Query(String raw) {
    for (String pair : raw.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
      values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }
  }

  /** Undoes percent-encoding; in a query a plus is a space, in a path it is a plus. */
  static String decode(String text, boolean plusIsSpace) {
    if (text.indexOf('%') < 0 && (!plusIsSpace || text.indexOf('+') < 0)) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '+' && plusIsSpace) {
        out[length++] = ' ';
      } else if (in[i] == '%') {
        int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
        int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
        if (high < 0 || low < 0) {
          throw EngineException.invalid("invalid URL escape in \"%s\"", text);
        }
        out[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        out[length++] = in[i];
      }
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** The first value; empty where the parameter is absent. */
  public String text(String name) {
    List<String> found = all(name);
    return found.isEmpty() ? "" : found.getFirst();
  }

  /** The first value; null where the parameter is absent or empty. */
  public @Nullable String optional(String name) {
    String value = text(name);
    return value.isEmpty() ? null : value;
  }

  /** Everything but these five words means true, "off" included: so says Docker's BoolValue. */
  public boolean flag(String name) {
    return switch (text(name).strip().toLowerCase(Locale.ROOT)) {
      case "", "0", "no", "false", "none" -> false;
      default -> true;
    };
  }

  public boolean flag(String name, boolean otherwise) {
    return has(name) ? flag(name) : otherwise;
  }

  /** A whole number; null where the parameter is absent or empty. */
  public @Nullable Integer number(String name) {
    String value = text(name);
    if (value.isEmpty()) {
      return null;
    }
    try {
      return Integer.valueOf(value);
    } catch (NumberFormatException e) {
      throw EngineException.invalid("invalid value for %s: \"%s\" is not a number", name, value);
    }
  }

  /** A terminal's height or width. */
  public int size(String name, String what) {
    String value = text(name);
    try {
      int size = Integer.parseInt(value);
      if (size >= 0 && !value.startsWith("+")) {
        return size;
      }
    } catch (NumberFormatException e) {
      throw EngineException.invalid("invalid resize %s \"%s\": invalid syntax", what, value);
    }
    throw EngineException.invalid("invalid resize %s \"%s\": value out of range", what, value);
  }
}
