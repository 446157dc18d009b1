package dev.priok.http.routing;

import dev.priok.http.server.Exchange;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads bodies before a route does, with the route's own reader: both see the same. */
public final class JsonReader {
  private JsonReader() {}

  /** The decoded body, or null where there is none. */
  public static <T> @Nullable T read(Exchange exchange, Class<T> type) throws IOException {
    return JsonBody.read(exchange, type);
  }
}
