package dev.priok.http.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The answer to what is no request: nobody but the server has seen it. */
final class Refusal {
  private Refusal() {}

  /** Sends it; the connection ends after it. */
  static void send(Outbound outbound, int status, @Nullable String message) throws IOException {
    String text = message == null ? Reasons.of(status) : message;
    byte[] body =
        ("{\"message\":\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}\n")
            .getBytes(StandardCharsets.UTF_8);
    byte[] head =
        ("HTTP/1.1 "
                + status
                + ' '
                + Reasons.of(status)
                + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    outbound.raw(head, body, 0, body.length);
  }
}
