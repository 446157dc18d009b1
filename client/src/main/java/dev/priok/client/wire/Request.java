package dev.priok.client.wire;

import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One HTTP request. */
public record Request(String method, String path, Map<String, String> headers, Body body) {

  /** What a request carries. */
  public sealed interface Body {}

  /** Nothing; a POST says so with {@code Content-Length: 0}. */
  public record NoBody() implements Body {}

  /** Text at hand, in UTF-8. */
  public record Text(String content, String type) implements Body {}

  /** A stream of unknown length, sent in chunks; it is read on a thread of its own. */
  public record Upload(InputStream content, String type) implements Body {}

  /** A request without a body. */
  public static Request of(String method, String path) {
    return new Request(method, path, Map.of(), new NoBody());
  }

  /** A request that carries JSON. */
  public static Request json(String method, String path, String content) {
    return new Request(method, path, Map.of(), new Text(content, "application/json"));
  }

  /** This request with one header more, unless its value is null. */
  public Request with(String name, @Nullable String value) {
    if (value == null) {
      return this;
    }
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Request(method, path, more, body);
  }
}
