package dev.priok.http.server;

import java.io.IOException;

/**
 * A request whose bytes are not HTTP/1.1; it is answered with the status and the connection ends.
 */
public final class MalformedRequestException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  MalformedRequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  public int status() {
    return status;
  }

  static MalformedRequestException bad(String message) {
    return new MalformedRequestException(400, message);
  }
}
