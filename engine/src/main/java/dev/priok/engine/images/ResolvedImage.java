package dev.priok.engine.images;

import dev.priok.host.storage.LayerId;
import dev.priok.model.id.Digest;
import dev.priok.model.image.ImageDocument;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image as a container needs it.
 *
 * @param topLayer parent for the container's layer; null for an image without files
 * @param topChain chain id of that layer
 * @param repoTags its names in familiar form
 */
public record ResolvedImage(
    Digest id,
    ImageDocument document,
    @Nullable LayerId topLayer,
    @Nullable Digest topChain,
    List<String> repoTags) {}
