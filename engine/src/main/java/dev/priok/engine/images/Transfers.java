package dev.priok.engine.images;

import dev.priok.host.registry.Credentials;
import dev.priok.host.registry.RegistryException;
import dev.priok.model.api.system.AuthConfig;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import dev.priok.model.id.Digest;
import dev.priok.model.image.ImageReference;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What pull, push and distribution inspect share: names, credentials, refusals. */
final class Transfers {
  private Transfers() {}

  /** A name with a tag or digest given beside it. */
  static ImageReference reference(String image, String target) {
    String name = image.endsWith(":") ? image.substring(0, image.length() - 1) : image;
    ImageReference reference = ImageReference.parse(name);
    if (target.isEmpty()) {
      return reference;
    }
    return Digest.isDigest(target)
        ? reference.bare().withDigest(new Digest(target))
        : reference.withTag(target);
  }

  static Credentials credentials(@Nullable AuthConfig auth) {
    return auth == null
        ? Credentials.NONE
        : new Credentials(
            text(auth.username()),
            text(auth.password()),
            text(auth.identitytoken()),
            text(auth.registrytoken()));
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  /** A registry's refusal in the sentences that Docker's users know. */
  static EngineException refused(ImageReference reference, IOException e) {
    if (!(e instanceof RegistryException r)) {
      return EngineException.internal(
          e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(), e);
    }
    String message = String.valueOf(r.getMessage());
    return switch (r.reason()) {
      case DENIED ->
          new EngineException(
              ErrorKind.NOT_FOUND,
              "pull access denied for %s, repository does not exist or may require 'docker login': %s"
                  .formatted(reference.familiarName(), message),
              e);
      case MANIFEST_UNKNOWN ->
          new EngineException(
              ErrorKind.NOT_FOUND,
              "manifest for %s not found: %s"
                  .formatted(reference.withDefaultTag().familiar(), message),
              e);
      case NAME_UNKNOWN ->
          new EngineException(
              ErrorKind.NOT_FOUND,
              "repository %s not found: %s".formatted(reference.familiarName(), message),
              e);
      case UNAUTHORIZED, UNREACHABLE, OTHER -> EngineException.internal(message, e);
    };
  }
}
