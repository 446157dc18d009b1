package dev.priok.engine.images;

import dev.priok.model.id.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The durable record of an image, by the hex digits of its id. The config's bytes are a blob.
 *
 * @param id digest of the config
 * @param chain chain ids of its layers, bottom to top; empty for an image without files
 * @param parent the image it was committed from, null for one that came from elsewhere
 * @param lastTagged when it last got a name, null if never
 * @param retired removed by force while containers were using it: without a name, in no list, but
 *     its layers stay until the last container is gone
 */
public record ImageRecord(
    Digest id,
    List<Digest> chain,
    @Nullable Digest parent,
    @Nullable String lastTagged,
    boolean retired) {

  ImageRecord tagged(String time) {
    return new ImageRecord(id, chain, parent, time, retired);
  }

  ImageRecord asRetired(boolean value) {
    return new ImageRecord(id, chain, parent, lastTagged, value);
  }

  ImageRecord withParent(@Nullable Digest newParent) {
    return new ImageRecord(id, chain, newParent, lastTagged, retired);
  }
}
