package dev.priok.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values of options such as {@code --label}: {@code key=value}, or a key alone. */
public final class KeyValues {
  private KeyValues() {}

  /** Reads the texts; a key alone has the empty value. */
  public static Map<String, String> map(List<String> texts) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      map.put(
          equals < 0 ? text : text.substring(0, equals),
          equals < 0 ? "" : text.substring(equals + 1));
    }
    return map;
  }
}
