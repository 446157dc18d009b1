package dev.priok.daemon;

import dev.priok.host.registry.Credentials;
import dev.priok.host.registry.RegistryClient;
import dev.priok.model.api.system.AuthConfig;
import dev.priok.model.api.system.AuthResponse;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code docker login}: asks the registry whether the credentials hold. */
final class Login {
  private final RegistryClient registries;

  Login(RegistryClient registries) {
    this.registries = registries;
  }

  AuthResponse login(AuthConfig auth) {
    try {
      registries.login(
          text(auth.serveraddress()),
          new Credentials(
              text(auth.username()),
              text(auth.password()),
              text(auth.identitytoken()),
              text(auth.registrytoken())));
      return new AuthResponse("Login Succeeded", "");
    } catch (IOException e) {
      throw new EngineException(ErrorKind.UNAUTHORIZED, String.valueOf(e.getMessage()), e);
    }
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
