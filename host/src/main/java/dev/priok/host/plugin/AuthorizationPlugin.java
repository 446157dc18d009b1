package dev.priok.host.plugin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.host.plugin.PluginException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that decides about calls of the API ({@code authz}): it is asked before a call is made,
 * and once more before the answer goes out.
 */
public final class AuthorizationPlugin {
  /** What {@code Plugin.Activate} has to name. */
  public static final String KIND = "authz";

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final String name;
  private final PluginClient client;

  private AuthorizationPlugin(String name, PluginClient client) {
    this.name = name;
    this.client = client;
  }

  /**
   * Shakes hands with a plugin.
   *
   * @param patience how long to go on trying where it does not answer, here and in later calls
   * @throws PluginException also where it is no authorization plugin
   */
  public static AuthorizationPlugin activate(String name, PluginAddress address, Duration patience)
      throws PluginException {
    PluginClient client = new PluginClient(name, address, patience);
    for (JsonNode kind : client.call("Plugin.Activate", null, LIMIT).path("Implements")) {
      if (kind.asText().equals(KIND)) {
        return new AuthorizationPlugin(name, client);
      }
    }
    throw new PluginException(
        Reason.NOT_FOUND,
        "Plugin does not implement the requested driver: plugin=\"%s\", requested implementation=\"%s\""
            .formatted(name, KIND));
  }

  public String name() {
    return name;
  }

  /**
   * What a plugin is told. Bodies are base64 in JSON; empty ones are left out, as in Docker.
   *
   * @param user the common name of the caller's certificate; empty where there is none
   * @param authentication {@code TLS}, or empty
   * @param certificates what the caller showed over TLS, his own first, each as PEM
   * @param headers without those that carry secrets
   * @param status 0 before the call is made
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public record Asked(
      @JsonProperty("User") String user,
      @JsonProperty("UserAuthNMethod") String authentication,
      @JsonProperty("RequestPeerCertificates") @JsonInclude(JsonInclude.Include.NON_EMPTY)
          List<byte[]> certificates,
      @JsonProperty("RequestMethod") String method,
      @JsonProperty("RequestUri") String uri,
      @JsonProperty("RequestBody") byte @Nullable [] body,
      @JsonProperty("RequestHeaders") Map<String, String> headers,
      @JsonProperty("ResponseStatusCode") int status,
      @JsonProperty("ResponseBody") byte @Nullable [] answer,
      @JsonProperty("ResponseHeaders") @Nullable Map<String, String> answerHeaders) {

    /** The same call with its answer. */
    public Asked answered(int code, Map<String, String> fields, byte @Nullable [] bytes) {
      return new Asked(
          user, authentication, certificates, method, uri, body, headers, code, bytes, fields);
    }
  }

  /** The plugin's word, and its reason. */
  public record Word(boolean allowed, String message) {}

  /** Before the call. */
  public Word request(Asked asked) throws PluginException {
    return ask("AuthZPlugin.AuthZReq", asked);
  }

  /** Before the answer goes out. */
  public Word response(Asked asked) throws PluginException {
    return ask("AuthZPlugin.AuthZRes", asked);
  }

  /** Anything but a clear yes is a no. */
  private Word ask(String method, Asked asked) throws PluginException {
    JsonNode answer = client.call(method, asked, LIMIT);
    return new Word(answer.path("Allow").asBoolean(false), answer.path("Msg").asText(""));
  }
}
