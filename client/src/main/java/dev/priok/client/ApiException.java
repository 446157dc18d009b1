package dev.priok.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.priok.model.api.Json;
import dev.priok.model.api.system.ErrorResponse;

/** The engine refused a request: the HTTP status and the sentence it gave. */
public final class ApiException extends RuntimeException {
  private final int status;

  /** A refusal with {@code status} and the engine's {@code message}. */
  public ApiException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Reads {@code {"message": ...}}; any other body is the message itself, as proxies send it. */
  public static ApiException fromBody(int status, String body) {
    String text = body.strip();
    try {
      ErrorResponse error = Json.mapper().readValue(text, ErrorResponse.class);
      if (error != null && error.message() != null) {
        return new ApiException(status, error.message());
      }
    } catch (JsonProcessingException notJson) {
      // Not the API's shape (a proxy in between): the text below is all there is to tell.
      return new ApiException(status, text.isEmpty() ? "HTTP status " + status : text);
    }
    return new ApiException(status, text.isEmpty() ? "HTTP status " + status : text);
  }

  /** The HTTP status of the refusal. */
  public int status() {
    return status;
  }

  /** Nothing has that name (404). */
  public boolean isNotFound() {
    return status == 404;
  }

  /** The state of the object or a name in use forbids it (409). */
  public boolean isConflict() {
    return status == 409;
  }

  /** The engine's sentence. */
  public String reason() {
    String message = getMessage();
    return message == null ? "HTTP status " + status : message;
  }
}
