package dev.priok.http.routing;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.priok.http.server.Exchange;
import dev.priok.model.api.Json;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a request's JSON, with the checks and sentences of Docker's {@code ReadJSON}. */
final class JsonBody {
  // Docker has no limit; the largest useful body is a container's configuration of some 100 KiB.
  private static final int LIMIT = 16 * 1024 * 1024;

  private JsonBody() {}

  /** The decoded body, or null where there is none. */
  static <T> @Nullable T read(Exchange exchange, Class<T> type) throws IOException {
    checkContentType(exchange);
    if (exchange.head().contentLength() == 0) {
      return null;
    }
    byte[] bytes = exchange.shortBody(LIMIT + 1);
    if (bytes.length > LIMIT) {
      throw EngineException.invalid("request body too large: more than %d bytes", LIMIT);
    }
    ObjectReader reader = Json.mapper().readerFor(type);
    try (JsonParser parser = reader.createParser(bytes)) {
      if (parser.nextToken() == null) {
        throw EngineException.invalid("invalid JSON: got EOF while reading request body");
      }
      T value = reader.readValue(parser);
      if (parser.nextToken() != null) {
        throw EngineException.invalid("unexpected content after JSON");
      }
      return value;
    } catch (JsonEOFException e) {
      throw invalid("unexpected EOF", e);
    } catch (MismatchedInputException e) {
      throw invalid(mismatch(e), e);
    } catch (JsonProcessingException e) {
      throw invalid(e.getOriginalMessage(), e);
    }
  }

  static void checkContentType(Exchange exchange) {
    String type = exchange.head().headers().get("Content-Type");
    if (type == null || type.isBlank()) {
      if (exchange.head().contentLength() == 0) {
        return;
      }
      throw EngineException.invalid("malformed Content-Type header (): mime: no media type");
    }
    int semicolon = type.indexOf(';');
    String media =
        (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    if (!media.equals("application/json")) {
      throw EngineException.invalid(
          "unsupported Content-Type header (%s): must be 'application/json'", type);
    }
  }

  private static EngineException invalid(@Nullable String what, IOException cause) {
    return new EngineException(
        dev.priok.model.error.ErrorKind.INVALID, "invalid JSON: " + what, cause);
  }

  /** Names the member and what it should have been, without the mapper's class names. */
  private static String mismatch(MismatchedInputException e) {
    String path =
        e.getPath().stream()
            .map(JsonMappingException.Reference::getFieldName)
            .filter(name -> name != null)
            .collect(Collectors.joining("."));
    String wanted = e.getTargetType() == null ? "another type" : describe(e.getTargetType());
    return path.isEmpty()
        ? "cannot unmarshal the request body: " + wanted + " is needed"
        : "cannot unmarshal field " + path + ": " + wanted + " is needed";
  }

  private static String describe(Class<?> type) {
    if (type == String.class) {
      return "a string";
    }
    if (type == Boolean.class || type == boolean.class) {
      return "a boolean";
    }
    if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
      return "a number";
    }
    return Iterable.class.isAssignableFrom(type) ? "an array" : "an object";
  }
}
