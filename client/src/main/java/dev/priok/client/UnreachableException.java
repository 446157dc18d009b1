package dev.priok.client;

import java.io.IOException;

/** Nobody answers at the endpoint: no socket, no listener, no permission. */
public final class UnreachableException extends RuntimeException {
  private final Endpoint endpoint;

  /** No connection to {@code endpoint} because of {@code cause}. */
  public UnreachableException(Endpoint endpoint, IOException cause) {
    super("cannot connect to " + endpoint + ": " + reason(cause), cause);
    this.endpoint = endpoint;
  }

  /** Where the connection was tried. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** True when the socket exists but this user may not open it. */
  public boolean isPermissionDenied() {
    Throwable cause = getCause();
    return cause != null && reason(cause).contains("Permission denied");
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
