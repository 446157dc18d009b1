package dev.priok.http.routes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.priok.http.routing.ApiVersion;
import dev.priok.model.api.Json;
import dev.priok.model.api.image.ImageInspect;
import dev.priok.model.api.image.ImageSummary;
import dev.priok.model.api.image.ImageSummaryBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How images look to clients of older API versions. */
final class ImageShapes {
  // Go's zero time, which stood for "not known" before 1.44.
  private static final String NO_TIME = "0001-01-01T00:00:00Z";

  private ImageShapes() {}

  static Object summary(ImageSummary image, ApiVersion version) {
    if (version.atLeast(51)) {
      return image;
    }
    // The number of containers is told by system df only; elsewhere it is "not counted".
    var builder = ImageSummaryBuilder.builder(image).containers(-1);
    if (version.before(48)) {
      builder.descriptor(null);
    }
    if (version.before(47)) {
      builder.manifests(null);
    }
    if (version.before(43) && empty(image.repoTags()) && empty(image.repoDigests())) {
      builder.repoTags(List.of("<none>:<none>")).repoDigests(List.of("<none>@<none>"));
    }
    ImageSummary shaped = builder.build();
    return version.before(44) ? withVirtualSize(shaped, shaped.size()) : shaped;
  }

  static Object inspect(ImageInspect image, ApiVersion version) {
    if (version.atLeast(48)) {
      return image;
    }
    ObjectNode node = Json.mapper().valueToTree(image);
    node.remove("Descriptor");
    node.remove("Manifests");
    if (version.before(45)) {
      // Of the classic builder; always there before 1.45, empty where nothing was built.
      node.put("Container", "");
      node.putNull("ContainerConfig");
    }
    if (version.before(44)) {
      node.put("VirtualSize", image.size());
      if (image.created() == null || image.created().isEmpty()) {
        node.put("Created", NO_TIME);
      }
    }
    return node;
  }

  private static boolean empty(@Nullable List<String> list) {
    return list == null || list.isEmpty();
  }

  static ObjectNode withVirtualSize(Object image, @Nullable Long size) {
    ObjectNode node = Json.mapper().valueToTree(image);
    node.put("VirtualSize", size);
    return node;
  }
}
