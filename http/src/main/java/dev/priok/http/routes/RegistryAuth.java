package dev.priok.http.routes;

import dev.priok.http.routing.Call;
import dev.priok.model.api.Json;
import dev.priok.model.api.system.AuthConfig;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The header {@code X-Registry-Auth}: JSON in base64url, with or without padding.
 *
 * <p>What cannot be read is no authentication at all: Docker decided so for old clients, which send
 * odd things for "none".
 */
final class RegistryAuth {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryAuth.class);

  private RegistryAuth() {}

  static @Nullable AuthConfig of(Call call) {
    String value = call.header("X-Registry-Auth");
    if (value == null || value.isEmpty()) {
      return null;
    }
    try {
      // Some clients use the plain alphabet.
      byte[] json =
          Base64.getUrlDecoder().decode(value.strip().replace('+', '-').replace('/', '_'));
      AuthConfig config = Json.mapper().readValue(json, AuthConfig.class);
      return config == null || config.equals(new AuthConfig(null, null, null, null))
          ? null
          : config;
    } catch (IllegalArgumentException | IOException e) {
      // Never the value: it holds a password.
      LOG.debug("ignored an unreadable X-Registry-Auth header");
      return null;
    }
  }
}
