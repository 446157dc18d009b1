package dev.priok.host.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one registry on behalf of one user, with what it takes to be let in.
 *
 * <p>A registry that wants a token says so with 401; the token is then kept for this connection and
 * asked for anew when it has run out.
 */
final class Connection {
  private static final int MOST_REDIRECTS = 8;
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
  private static final String CLIENT = "priok";

  private final Endpoint endpoint;
  private final Credentials credentials;
  private final List<String> scopes;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile @Nullable String authorization;

  /**
   * A connection that has asked for nothing yet.
   *
   * @param scopes what tokens are asked for: {@code repository:library/busybox:pull}
   */
  Connection(Endpoint endpoint, Credentials credentials, List<String> scopes) {
    this.endpoint = endpoint;
    this.credentials = credentials;
    this.scopes = List.copyOf(scopes);
    this.authorization =
        credentials.registryToken().isEmpty() ? null : "Bearer " + credentials.registryToken();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Is this a registry, and does it let us in? */
  void ping() throws IOException {
    HttpResponse<InputStream> response = get("/v2/", List.of());
    response.body().close();
  }

  HttpResponse<InputStream> get(String path, List<String> headers) throws IOException {
    return checked("GET", endpoint.resolve(path), headers, null);
  }

  HttpResponse<InputStream> head(String path, List<String> headers) throws IOException {
    return send("HEAD", endpoint.resolve(path), headers, null);
  }

  /** Sends and refuses every answer of 400 or more. */
  HttpResponse<InputStream> checked(
      String method,
      URI uri,
      List<String> headers,
      @Nullable Supplier<HttpRequest.BodyPublisher> body)
      throws IOException {
    HttpResponse<InputStream> response = send(method, uri, headers, body);
    if (response.statusCode() >= 400) {
      throw RegistryErrors.refused(method, uri, response);
    }
    return response;
  }

  /** Sends, logging in where the registry wants it and following redirections of reads. */
  HttpResponse<InputStream> send(
      String method,
      URI uri,
      List<String> headers,
      @Nullable Supplier<HttpRequest.BodyPublisher> body)
      throws IOException {
    String used = authorization;
    HttpResponse<InputStream> response = follow(method, uri, headers, body, used);
    if (response.statusCode() != 401) {
      return response;
    }
    var challenge = Challenge.choose(response.headers().allValues("WWW-Authenticate"));
    if (challenge.isEmpty()) {
      return response;
    }
    String fresh = authorize(challenge.get(), used);
    if (fresh == null) {
      return response;
    }
    response.body().close();
    return follow(method, uri, headers, body, fresh);
  }

  private HttpResponse<InputStream> follow(
      String method,
      URI first,
      List<String> headers,
      @Nullable Supplier<HttpRequest.BodyPublisher> body,
      @Nullable String authorizationHeader)
      throws IOException {
    URI uri = first;
    for (int hop = 0; hop < MOST_REDIRECTS; hop++) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri)
              .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : body.get())
              .header("User-Agent", CLIENT)
              .timeout(ANSWER_TIMEOUT);
      for (int i = 0; i + 1 < headers.size(); i += 2) {
        request.header(headers.get(i), headers.get(i + 1));
      }
      // Credentials stay with the host they are for: a redirection often leads to a public store
      // with a signed address, which refuses a second authorization.
      if (authorizationHeader != null && sameHost(uri, first)) {
        request.header("Authorization", authorizationHeader);
      }
      HttpResponse<InputStream> response = exchange(request.build());
      if (!isRedirect(response.statusCode()) || !(method.equals("GET") || method.equals("HEAD"))) {
        return response;
      }
      String location = response.headers().firstValue("Location").orElse("");
      response.body().close();
      URI next = resolve(uri, location);
      if (uri.getScheme().equals("https") && !"https".equals(next.getScheme())) {
        throw new RegistryException(
            RegistryException.Reason.OTHER,
            0,
            "%s \"%s\": redirected from https to %s".formatted(method, uri, next.getScheme()),
            null);
      }
      uri = next;
    }
    throw new RegistryException(
        RegistryException.Reason.OTHER,
        0,
        "%s \"%s\": stopped after %d redirects".formatted(method, first, MOST_REDIRECTS),
        null);
  }

  /** A {@code Location}, absolute or relative; a malformed one is the registry's fault. */
  static URI resolve(URI base, String location) throws IOException {
    try {
      return Endpoint.askable(base.resolve(location));
    } catch (IllegalArgumentException e) {
      throw new RegistryException(
          RegistryException.Reason.OTHER, 0, "bad Location from the registry: " + location, e);
    }
  }

  private HttpResponse<InputStream> exchange(HttpRequest request) throws IOException {
    try {
      return endpoint.http().send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("context canceled").initCause(e);
    } catch (IOException e) {
      throw RegistryErrors.unreachable(request.method(), request.uri(), e);
    } catch (IllegalArgumentException e) {
      // The JDK's word for a host name that is none: labels of more than 63 characters, say.
      throw new RegistryException(
          RegistryException.Reason.OTHER,
          0,
          "invalid registry address: " + endpoint.base() + ": " + e.getMessage(),
          e);
    }
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static boolean sameHost(URI a, URI b) {
    return a.getScheme().equals(b.getScheme()) && a.getRawAuthority().equals(b.getRawAuthority());
  }

  /** A header that may convince the registry, or null where we have nothing more to offer. */
  private @Nullable String authorize(Challenge challenge, @Nullable String refused)
      throws IOException {
    asking.lock();
    try {
      String known = authorization;
      if (known != null && !known.equals(refused)) {
        return known; // Another transfer has asked meanwhile.
      }
      if (!credentials.registryToken().isEmpty()) {
        return null;
      }
      if (challenge.scheme().equals("basic")) {
        if (!credentials.hasPassword() || credentials.basic().equals(refused)) {
          return null;
        }
        authorization = credentials.basic();
      } else {
        authorization = "Bearer " + token(challenge);
      }
      return authorization;
    } finally {
      asking.unlock();
    }
  }

  private String token(Challenge challenge) throws IOException {
    URI realm = resolve(endpoint.resolve("/v2/"), challenge.parameter("realm"));
    HttpRequest.Builder request =
        HttpRequest.newBuilder().header("User-Agent", CLIENT).timeout(ANSWER_TIMEOUT);
    if (!credentials.identityToken().isEmpty()) {
      String form =
          "grant_type=refresh_token&client_id=priok&service="
              + encode(challenge.parameter("service"))
              + "&scope="
              + encode(String.join(" ", scopes))
              + "&refresh_token="
              + encode(credentials.identityToken());
      request
          .uri(realm)
          .header("Content-Type", "application/x-www-form-urlencoded")
          .POST(HttpRequest.BodyPublishers.ofString(form));
    } else {
      StringBuilder query = new StringBuilder(realm.getRawQuery() == null ? "?" : "&");
      query.append("service=").append(encode(challenge.parameter("service")));
      for (String scope : scopes) {
        query.append("&scope=").append(encode(scope));
      }
      if (credentials.hasPassword()) {
        query.append("&account=").append(encode(credentials.username()));
        request.header("Authorization", credentials.basic());
      }
      request.uri(URI.create(realm + query.toString())).GET();
    }
    HttpRequest built = request.build();
    HttpResponse<InputStream> response = exchange(built);
    if (response.statusCode() >= 400) {
      throw RegistryErrors.refused(built.method(), built.uri(), response);
    }
    try (InputStream in = response.body()) {
      JsonNode answer = Json.mapper().readTree(in.readNBytes(1 << 20));
      String token = answer == null ? "" : answer.path("token").asText("");
      if (token.isEmpty() && answer != null) {
        token = answer.path("access_token").asText("");
      }
      if (token.isEmpty()) {
        throw new RegistryException(
            RegistryException.Reason.OTHER,
            response.statusCode(),
            "authorization server did not include a token in the response",
            null);
      }
      return token;
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
