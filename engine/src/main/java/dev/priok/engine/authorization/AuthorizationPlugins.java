package dev.priok.engine.authorization;

import dev.priok.host.plugin.AuthorizationPlugin;
import dev.priok.host.plugin.AuthorizationPlugin.Asked;
import dev.priok.host.plugin.AuthorizationPlugin.Word;
import dev.priok.host.plugin.FindPlugin;
import dev.priok.host.plugin.PluginAddress;
import dev.priok.host.plugin.PluginException;
import dev.priok.model.error.EngineException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The plugins of this daemon: all of them have to allow a call, one after the other. */
public final class AuthorizationPlugins {
  /** A plugin may just be starting again. Docker's daemon waits half a minute. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final List<String> names;
  private final FindPlugin find;
  private final Map<String, AuthorizationPlugin> active = new ConcurrentHashMap<>();

  /**
   * Looks where they are; they are spoken to when the first call comes.
   *
   * @param names in the order in which they are asked
   * @throws PluginException where one is not registered
   */
  public AuthorizationPlugins(List<String> names, FindPlugin find) throws PluginException {
    this.names = List.copyOf(names);
    this.find = find;
    for (String name : names) {
      address(name);
    }
  }

  private PluginAddress address(String name) throws PluginException {
    return find.find(name)
        .orElseThrow(() -> PluginException.notFound("plugin \"" + name + "\" not found"));
  }

  /**
   * A call.
   *
   * @param user the common name of the caller's certificate; empty where there is none
   * @param certificates those he showed, his own first
   * @param uri as the client sent it, with version and query
   * @param body null where it is no business of a plugin
   * @param headers without those that carry secrets
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Request(
      String user,
      List<X509Certificate> certificates,
      String method,
      String uri,
      byte @Nullable [] body,
      Map<String, String> headers) {}

  /** Its answer, before anything of it goes out; {@code body} as in the request. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Answer(int status, Map<String, String> headers, byte @Nullable [] body) {}

  /**
   * Before the call is made.
   *
   * @throws EngineException where one does not allow it, or cannot be asked
   */
  public void allow(Request request) {
    Asked asked = asked(request);
    names.forEach(name -> check(name, plugin -> plugin.request(asked)));
  }

  /** Before its answer goes out; throws as {@link #allow(Request)}. */
  public void allow(Request request, Answer answer) {
    Asked asked = asked(request).answered(answer.status(), answer.headers(), answer.body());
    names.forEach(name -> check(name, plugin -> plugin.response(asked)));
  }

  private static Asked asked(Request r) {
    String authentication = r.user().isEmpty() ? "" : "TLS";
    List<byte[]> shown = r.certificates().stream().map(AuthorizationPlugins::pem).toList();
    return new Asked(
        r.user(), authentication, shown, r.method(), r.uri(), r.body(), r.headers(), 0, null, null);
  }

  /** RFC 7468, as Docker's daemon writes it. */
  private static byte[] pem(X509Certificate certificate) {
    try {
      String lines =
          Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
      return ("-----BEGIN CERTIFICATE-----\n" + lines + "\n-----END CERTIFICATE-----\n")
          .getBytes(StandardCharsets.US_ASCII);
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e); // it came in as its encoding
    }
  }

  /** One question to one plugin. */
  private interface Question {
    Word put(AuthorizationPlugin plugin) throws PluginException;
  }

  private void check(String name, Question question) {
    Word word;
    try {
      AuthorizationPlugin plugin = active.get(name);
      if (plugin == null) {
        plugin = AuthorizationPlugin.activate(name, address(name), PATIENCE);
        active.put(name, plugin);
      }
      word = question.put(plugin);
    } catch (PluginException e) {
      throw EngineException.internal(
          "plugin " + name + " failed with error: " + e.getMessage(), null);
    }
    if (!word.allowed()) {
      throw EngineException.forbidden(
          "authorization denied by plugin %s: %s", name, word.message());
    }
  }
}
