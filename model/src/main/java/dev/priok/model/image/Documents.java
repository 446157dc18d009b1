package dev.priok.model.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.model.api.Json;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads and writes image documents; what cannot be read is refused, never half-understood. */
final class Documents {
  private Documents() {}

  static <T> T read(byte[] json, Class<T> type, String what) {
    try {
      T value = Json.mapper().readValue(json, type);
      if (value == null) {
        throw EngineException.invalid("invalid %s: empty document", what);
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new EngineException(
          dev.priok.model.error.ErrorKind.INVALID,
          "invalid " + what + ": " + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw EngineException.internal("reading " + what, e);
    }
  }

  static byte[] write(Object document) {
    try {
      return Json.mapper().writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw EngineException.internal("writing an image document", e);
    }
  }

  /** The {@code mediaType} member, or null. */
  static @Nullable String mediaType(byte[] json, String what) {
    JsonNode type = read(json, JsonNode.class, what).get("mediaType");
    return type == null || !type.isTextual() ? null : type.asText();
  }
}
