package dev.priok.host.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Who asks.
 *
 * @param identityToken an OAuth2 refresh token that {@code docker login} got; empty for none
 * @param registryToken a bearer token to be sent as it is; empty for none
 */
public record Credentials(
    String username, String password, String identityToken, String registryToken) {
  public static final Credentials NONE = new Credentials("", "", "", "");

  public boolean hasPassword() {
    return !username.isEmpty();
  }

  String basic() {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  /** Never shows secrets, so that one may log it. */
  @Override
  public String toString() {
    return "Credentials[" + username + "]";
  }
}
