package dev.priok.cli.format;

import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Labels in one cell. */
public final class Labels {
  private Labels() {}

  /** {@code a=b,c=d}. */
  public static String text(@Nullable Map<String, String> labels) {
    StringJoiner joined = new StringJoiner(",");
    if (labels != null) {
      new TreeMap<>(labels).forEach((name, value) -> joined.add(name + "=" + value));
    }
    return joined.toString();
  }
}
