package dev.priok.client.streams;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.priok.client.wire.Response;
import dev.priok.model.api.Json;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** JSON values one after the other, each at hand as soon as the engine has sent it. */
public final class JsonStream<T> implements Closeable {
  private final Response response;
  private final Class<T> type;
  private @Nullable JsonParser parser;

  /** Reads values of {@code type} from the body of {@code response}. */
  public JsonStream(Response response, Class<T> type) {
    this.response = response;
    this.type = type;
  }

  /** The next value, or null at the end; waits for it. */
  public @Nullable T next() throws IOException {
    JsonParser current = parser;
    if (current == null) {
      // Made late: creating a parser already waits for the first bytes.
      current = Json.mapper().getFactory().createParser(response.body());
      parser = current;
    }
    JsonToken token = current.nextToken();
    return token == null ? null : Json.mapper().readValue(current, type);
  }

  @Override
  public void close() throws IOException {
    response.close();
  }
}
