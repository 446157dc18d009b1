package dev.priok.http.routing;

import dev.priok.http.server.Exchange;
import dev.priok.http.server.Headers;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One call of the API: what a route needs of the request, and the ways to answer it. */
public final class Call {
  private final Exchange exchange;
  private final ApiVersion version;
  private final String variable;
  private final Headers base;
  private @Nullable Query query;

  Call(Exchange exchange, ApiVersion version, String variable, Headers base) {
    this.exchange = exchange;
    this.version = version;
    this.variable = variable;
    this.base = base;
  }

  public Exchange exchange() {
    return exchange;
  }

  public ApiVersion version() {
    return version;
  }

  /** The path's variable part: a container, an image, ... as the client named it. */
  public String name() {
    return variable;
  }

  public Query query() {
    Query parsed = query;
    if (parsed == null) {
      parsed = new Query(exchange.head().rawQuery());
      query = parsed;
    }
    return parsed;
  }

  public @Nullable String header(String name) {
    return exchange.head().headers().get(name);
  }

  /** The decoded body; null where there is none. */
  public <T> @Nullable T optionalJson(Class<T> type) throws IOException {
    return JsonBody.read(exchange, type);
  }

  /** The decoded body; {@code absent} where there is none, as in Go, where all members are zero. */
  public <T> T json(Class<T> type, T absent) throws IOException {
    T value = JsonBody.read(exchange, type);
    return value == null ? absent : value;
  }

  /** The headers that every answer carries; add to them before answering. */
  public Headers headers() {
    return base;
  }

  public void reply(int status, Object value) throws IOException {
    json(status, line(value));
  }

  /** JSON as every answer has it: with a line's end, as Go's encoder writes it. */
  public static byte[] line(Object value) throws IOException {
    byte[] json = Json.mapper().writeValueAsBytes(value);
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  /** Answers with what {@link #line} made; the bytes are not changed. */
  public void json(int status, byte[] line) throws IOException {
    exchange.respond(status, base.set("Content-Type", "application/json"), line);
  }

  public void ok(Object value) throws IOException {
    reply(200, value);
  }

  public void text(String text) throws IOException {
    text("text/plain; charset=utf-8", text);
  }

  /** Text of another type; the type says that it is UTF-8. */
  public void text(String contentType, String text) throws IOException {
    exchange.respond(
        200, base.set("Content-Type", contentType), text.getBytes(StandardCharsets.UTF_8));
  }

  public void empty(int status) throws IOException {
    exchange.respond(status, base, new byte[0]);
  }

  /** Begins a body that comes piece by piece. */
  public OutputStream stream(String contentType) throws IOException {
    return exchange.stream(200, base.set("Content-Type", contentType));
  }
}
