package dev.priok.http.streams;

import dev.priok.engine.streams.ClientStream;
import dev.priok.engine.streams.Framing;
import dev.priok.engine.streams.StreamUpgrade;
import dev.priok.http.routing.Call;
import dev.priok.http.server.Headers;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/** Attach over a websocket (RFC 6455). Output is never multiplexed there. */
public final class WebSocketUpgrade implements StreamUpgrade {
  // RFC 6455 section 1.3.
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final Call call;
  private final String key;

  private WebSocketUpgrade(Call call, String key) {
    this.call = call;
    this.key = key;
  }

  /** Checks the handshake (RFC 6455 section 4.2.1) before anything is attached. */
  public static WebSocketUpgrade of(Call call) {
    Headers headers = call.exchange().head().headers();
    String key = headers.get("Sec-WebSocket-Key");
    if (!headers.lists("Upgrade", "websocket")
        || !headers.lists("Connection", "Upgrade")
        || key == null
        || !"13".equals(headers.get("Sec-WebSocket-Version"))) {
      throw EngineException.invalid("a websocket handshake (RFC 6455, version 13) is needed here");
    }
    refuseForeignPages(headers);
    return new WebSocketUpgrade(call, key);
  }

  /** Browsers let any page open websockets to this host: only the API's own origin may. */
  private static void refuseForeignPages(Headers headers) {
    String origin = headers.get("Origin");
    String host = headers.get("Host");
    if (origin == null || host == null) {
      return;
    }
    String authority;
    try {
      authority = URI.create(origin).getAuthority();
    } catch (IllegalArgumentException e) {
      throw new EngineException(
          dev.priok.model.error.ErrorKind.FORBIDDEN, "malformed Origin header", e);
    }
    if (authority == null
        || !authority.toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT))) {
      throw EngineException.forbidden("websocket from a page of another origin: %s", origin);
    }
  }

  @Override
  public ClientStream open(Framing framing) throws IOException {
    Headers headers =
        call.headers()
            .set("Upgrade", "websocket")
            .set("Connection", "Upgrade")
            .set("Sec-WebSocket-Accept", accept(key));
    // Text frames must be UTF-8, which a container's output need not be: binary since API 1.28.
    boolean binary = call.version().atLeast(28);
    return new WebSocketStream(call.exchange().hijack(101, "Switching Protocols", headers), binary);
  }

  @SuppressWarnings("UnsafeCryptographicAlgorithm")
  static String accept(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((key.strip() + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      // Every Java platform must have it (MessageDigest's class documentation).
      throw new AssertionError(e);
    }
  }
}
