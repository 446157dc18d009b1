package dev.priok.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.priok.client.streams.HijackedStream;
import dev.priok.client.streams.JsonStream;
import dev.priok.client.streams.ProgressMessage;
import dev.priok.client.streams.ProgressStream;
import dev.priok.client.wire.Connection;
import dev.priok.client.wire.HttpTransport;
import dev.priok.client.wire.Query;
import dev.priok.client.wire.Request;
import dev.priok.client.wire.Response;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What all rooms share: the version in the path, JSON both ways, refusals as exceptions. */
final class Calls {
  private static final int ERROR_BODY_LIMIT = 1 << 20;

  private final HttpTransport transport;
  private volatile @Nullable ApiVersion version;

  Calls(HttpTransport transport, @Nullable ApiVersion version) {
    this.transport = transport;
    this.version = version;
  }

  Connection dial() throws IOException {
    return transport.dial();
  }

  Endpoint endpoint() {
    return transport.endpoint();
  }

  /** The version in use; asks the engine the first time, as its window may be older than ours. */
  ApiVersion version() {
    ApiVersion known = version;
    if (known != null) {
      return known;
    }
    try (Response ping = transport.send(Request.of("GET", "/_ping"))) {
      String header = ping.header("api-version");
      ApiVersion offered = header == null ? ApiVersion.OLDEST : ApiVersion.parse(header);
      if (offered.compareTo(ApiVersion.OLDEST) < 0) {
        throw new ApiException(
            400,
            "the engine at "
                + endpoint()
                + " speaks API "
                + offered
                + "; this client needs at least "
                + ApiVersion.OLDEST);
      }
      ApiVersion chosen = offered.compareTo(ApiVersion.NEWEST) < 0 ? offered : ApiVersion.NEWEST;
      version = chosen;
      return chosen;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  <T> T get(String path, Query query, Class<T> type) {
    return read(
        open(Request.of("GET", versioned(path, query))), b -> Json.mapper().readValue(b, type));
  }

  <T> T get(String path, Query query, TypeReference<T> type) {
    return read(
        open(Request.of("GET", versioned(path, query))), b -> Json.mapper().readValue(b, type));
  }

  <T> T post(String path, Query query, Object body, Class<T> type) {
    return read(
        open(Request.json("POST", versioned(path, query), json(body))),
        b -> Json.mapper().readValue(b, type));
  }

  <T> T post(String path, Query query, Class<T> type) {
    return read(
        open(Request.of("POST", versioned(path, query))), b -> Json.mapper().readValue(b, type));
  }

  <T> T delete(String path, Query query, TypeReference<T> type) {
    return read(
        open(Request.of("DELETE", versioned(path, query))), b -> Json.mapper().readValue(b, type));
  }

  /** A call whose answer says nothing but its status. */
  void run(String method, String path, Query query) {
    drain(open(Request.of(method, versioned(path, query))));
  }

  void run(String method, String path, Query query, Object body) {
    drain(open(Request.json(method, versioned(path, query), json(body))));
  }

  /** Sends a request to a versioned path; any refusal becomes an {@link ApiException}. */
  Response open(Request request) {
    try {
      Response response = transport.send(request);
      if (response.status() >= 400) {
        try (response) {
          byte[] body = response.body().readNBytes(ERROR_BODY_LIMIT);
          throw ApiException.fromBody(response.status(), new String(body, StandardCharsets.UTF_8));
        }
      }
      return response;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ProgressStream progress(Request request) {
    return new ProgressStream(new JsonStream<>(open(request), ProgressMessage.class));
  }

  /** Takes the connection over for raw streams ({@code Upgrade: tcp} of the attach call). */
  HijackedStream hijack(Request request, boolean tty) {
    Response response = open(request.with("Connection", "Upgrade").with("Upgrade", "tcp"));
    return new HijackedStream(response, tty);
  }

  String versioned(String path, Query query) {
    return "/v" + version() + path + query;
  }

  String json(Object body) {
    try {
      return Json.mapper().writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** JSON to an object; null for the JSON null. */
  @FunctionalInterface
  private interface Decoder<T> {
    @Nullable T decode(InputStream body) throws IOException;
  }

  private static <T> T read(Response response, Decoder<T> decoder) {
    try (response;
        InputStream body = response.body()) {
      T value = decoder.decode(body);
      if (value == null) {
        throw new IOException("the engine answered null where an object belongs");
      }
      return value;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void drain(Response response) {
    try (response) {
      response.body().transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
