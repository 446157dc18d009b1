package dev.priok.client.wire;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A query string; values that are null are left out. */
public final class Query {
  private final StringBuilder text = new StringBuilder();

  /** Adds {@code name=value} unless the value is null. */
  public Query add(String name, @Nullable Object value) {
    if (value != null) {
      text.append(text.isEmpty() ? '?' : '&')
          .append(name)
          .append('=')
          .append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
    }
    return this;
  }

  /** Adds {@code name=1} when {@code set}; the API's default for each of these is off. */
  public Query flag(String name, boolean set) {
    return set ? add(name, "1") : this;
  }

  /** One segment of a path; a slash stays, since image names carry it. */
  public static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("%2F", "/")
        .replace("%3A", ":")
        .replace("%40", "@");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
