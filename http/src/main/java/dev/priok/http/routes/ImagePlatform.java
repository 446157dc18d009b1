package dev.priok.http.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.priok.engine.images.Images;
import dev.priok.model.api.Json;
import dev.priok.model.api.image.ImageInspect;
import dev.priok.model.api.image.OCIPlatform;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import org.jspecify.annotations.Nullable;

/** The {@code platform} parameter, JSON of an OCI platform: an image here has exactly one. */
final class ImagePlatform {
  private final Images images;

  ImagePlatform(Images images) {
    this.images = images;
  }

  /** Refuses where the image is of another platform than the one asked for. */
  void check(String image, @Nullable String json) {
    if (json == null || json.isEmpty()) {
      return;
    }
    OCIPlatform wanted = parse(json);
    ImageInspect found = images.inspect(image);
    String os = wanted.os();
    String architecture = wanted.architecture();
    String variant = wanted.variant();
    boolean same =
        os != null
            && os.equals(found.os())
            && architecture != null
            && architecture.equals(found.architecture())
            && (variant == null || variant.isEmpty() || variant.equals(found.variant()));
    if (!same) {
      throw EngineException.notFound(
          "image with reference %s was found but does not provide the specified platform (%s/%s)",
          image, String.valueOf(os), String.valueOf(architecture));
    }
  }

  private static OCIPlatform parse(String json) {
    OCIPlatform platform;
    try {
      platform = Json.mapper().readValue(json, OCIPlatform.class);
    } catch (JsonProcessingException e) {
      throw new EngineException(
          ErrorKind.INVALID, "failed to parse platform: " + e.getOriginalMessage(), e);
    }
    if (platform == null || empty(platform.os()) || empty(platform.architecture())) {
      throw EngineException.invalid("both OS and Architecture must be provided");
    }
    return platform;
  }

  private static boolean empty(@Nullable String text) {
    return text == null || text.isEmpty();
  }
}
