package dev.priok.host.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.host.registry.RegistryException.Reason;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** Turns refusals and broken connections into the sentences that Docker's users know. */
final class RegistryErrors {
  private static final int LONGEST_BODY = 64 * 1024;

  private RegistryErrors() {}

  /** What an answer of 400 or more says (distribution specification, "Error Codes"). */
  static RegistryException refused(String method, URI uri, HttpResponse<InputStream> response) {
    int status = response.statusCode();
    String body;
    try (InputStream in = response.body()) {
      body = new String(in.readNBytes(LONGEST_BODY), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return unreachable(method, uri, e);
    }
    // A token that does not reach far enough is a refusal, not a missing login (RFC 6750, 3.1).
    if (status == 401
        && response.headers().allValues("WWW-Authenticate").stream()
            .anyMatch(h -> h.contains("insufficient_scope"))) {
      return new RegistryException(
          Reason.DENIED, status, "denied: requested access to the resource is denied", null);
    }
    JsonNode error = firstError(body);
    if (error == null) {
      return switch (status) {
        case 401 ->
            new RegistryException(
                Reason.UNAUTHORIZED, status, "unauthorized: authentication required", null);
        case 403 ->
            new RegistryException(
                Reason.DENIED, status, "denied: requested access to the resource is denied", null);
        case 429 ->
            new RegistryException(Reason.OTHER, status, "toomanyrequests: too many requests", null);
        default ->
            new RegistryException(
                Reason.OTHER,
                status,
                "%s \"%s\": unexpected status from %s request to %s: %d"
                    .formatted(method, uri, method, uri, status),
                null);
      };
    }
    String code = error.path("code").asText("UNKNOWN").toUpperCase(Locale.ROOT);
    String message = error.path("message").asText("");
    String words = code.replace('_', ' ').toLowerCase(Locale.ROOT);
    return new RegistryException(
        reason(code), status, message.isEmpty() ? words : words + ": " + message, null);
  }

  /** A 404 to HEAD has no body; it means what a GET would have said. */
  static RegistryException manifestUnknown() {
    return new RegistryException(
        Reason.MANIFEST_UNKNOWN, 404, "manifest unknown: manifest unknown", null);
  }

  private static Reason reason(String code) {
    return switch (code) {
      case "UNAUTHORIZED" -> Reason.UNAUTHORIZED;
      case "DENIED" -> Reason.DENIED;
      case "MANIFEST_UNKNOWN" -> Reason.MANIFEST_UNKNOWN;
      case "NAME_UNKNOWN" -> Reason.NAME_UNKNOWN;
      default -> Reason.OTHER;
    };
  }

  private static @org.jspecify.annotations.Nullable JsonNode firstError(String body) {
    try {
      JsonNode root = Json.mapper().readTree(body);
      JsonNode errors = root == null ? null : root.get("errors");
      if (errors != null && errors.isArray() && !errors.isEmpty()) {
        return errors.get(0);
      }
      // Token servers answer {"details": "..."} (Docker Hub).
      if (root != null && root.hasNonNull("details")) {
        return Json.mapper()
            .createObjectNode()
            .put("code", "UNAUTHORIZED")
            .put("message", root.get("details").asText());
      }
      return null;
    } catch (JsonProcessingException e) {
      return null; // A proxy's HTML page or the like: the status says it then.
    }
  }

  /** A connection that failed, in the words of Go's net/http. */
  static RegistryException unreachable(String method, URI uri, IOException e) {
    String go = method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT);
    return new RegistryException(
        Reason.UNREACHABLE, 0, "%s \"%s\": %s".formatted(go, uri, describe(uri, e)), e);
  }

  private static String describe(URI uri, IOException e) {
    if (has(e, UnresolvedAddressException.class) || has(e, UnknownHostException.class)) {
      return "dial tcp: lookup %s: no such host".formatted(uri.getHost());
    }
    if (e instanceof HttpTimeoutException) {
      return "net/http: request canceled while waiting for connection (i/o timeout)";
    }
    if (e instanceof ConnectException) {
      String text = e.getMessage() == null ? "" : e.getMessage();
      String why = text.contains("unreachable") ? "network is unreachable" : "connection refused";
      return "dial tcp %s: connect: %s".formatted(address(uri), why);
    }
    if (e instanceof SSLException) {
      String text = String.valueOf(e.getMessage());
      return text.contains("plaintext") || text.contains("Unsupported or unrecognized")
          ? "http: server gave HTTP response to HTTPS client"
          : "tls: failed to verify certificate: x509: " + text;
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static String address(URI uri) {
    int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("http") ? 80 : 443;
    String host = uri.getHost();
    try {
      host = InetAddress.getByName(host).getHostAddress();
    } catch (UnknownHostException e) {
      // The name itself is then the best there is to show.
      host = uri.getHost();
    }
    return (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
  }

  private static boolean has(Throwable e, Class<? extends Throwable> type) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }
}
