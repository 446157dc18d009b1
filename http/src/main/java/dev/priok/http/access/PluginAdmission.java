package dev.priok.http.access;

import dev.priok.engine.authorization.AuthorizationPlugins;
import dev.priok.engine.authorization.AuthorizationPlugins.Answer;
import dev.priok.engine.authorization.AuthorizationPlugins.Request;
import dev.priok.http.routing.Admission;
import dev.priok.http.routing.Route;
import dev.priok.http.server.Exchange;
import dev.priok.http.server.Headers;
import dev.priok.http.server.Peer;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Authorization plugins behind whoever decides first: they are asked about what the roles have let
 * through, and once more before the answer goes out.
 *
 * <p>Other than Docker's daemon, they are asked about a streamed answer, an attach or an exec
 * before its first byte and not after its last.
 */
public final class PluginAdmission implements Admission {
  /** As in Docker: what a plugin cannot be told whole it cannot decide about. */
  private static final int LARGEST_BODY = 1 << 20;

  private static final Set<String> SECRET =
      Set.of("authorization", "x-registry-config", "x-registry-auth");

  private final Admission first;
  private final AuthorizationPlugins plugins;

  public PluginAdmission(Admission first, AuthorizationPlugins plugins) {
    this.first = first;
    this.plugins = plugins;
  }

  @Override
  public Passed admit(Exchange exchange, Route route, String variable) throws IOException {
    Passed passed = first.admit(exchange, route, variable);
    Request request;
    try {
      request = request(exchange, route);
      plugins.allow(request);
    } catch (IOException | RuntimeException e) {
      passed.refused().accept(String.valueOf(e.getMessage()));
      throw e;
    }
    exchange.beforeResponse((status, headers, body) ->
        plugins.allow(
            request, new Answer(status, fields(headers), isTold(route, headers) ? body : null)));
    return passed;
  }

  private static Request request(Exchange exchange, Route route) throws IOException {
    Headers headers = exchange.head().headers();
    byte[] body = null;
    if (exchange.head().contentLength() != 0 && isTold(route, headers)) {
      body = exchange.shortBody(LARGEST_BODY + 1);
      if (body.length > LARGEST_BODY) {
        throw EngineException.forbidden(
            "request body too large for authorization plugin: size exceeds %d bytes", LARGEST_BODY);
      }
    }
    // Who is on the unix socket has no name for Docker's plugins.
    Peer.Certified shown = exchange.peer() instanceof Peer.Certified c ? c : null;
    return new Request(
        shown == null ? "" : shown.commonName(),
        shown == null ? List.of() : shown.chain(),
        exchange.head().method(),
        exchange.head().target(),
        body,
        fields(headers));
  }

  /** Bodies are told where they are JSON and not a password. */
  private static boolean isTold(Route route, Headers headers) {
    String type = headers.get("Content-Type");
    if (type == null || route.path().startsWith("/auth")) {
      return false;
    }
    int end = type.indexOf(';');
    String media = (end < 0 ? type : type.substring(0, end)).strip();
    return media.toLowerCase(Locale.ROOT).equals("application/json");
  }

  private static Map<String, String> fields(Headers headers) {
    Map<String, String> fields = new LinkedHashMap<>();
    headers.forEach((name, value) -> {
      if (!SECRET.contains(name.toLowerCase(Locale.ROOT))) {
        fields.put(name, value);
      }
    });
    return fields;
  }
}
