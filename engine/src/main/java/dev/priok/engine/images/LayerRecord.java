package dev.priok.engine.images;

import dev.priok.host.storage.LayerId;
import dev.priok.model.id.Digest;
import dev.priok.model.image.MediaTypes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The durable record of an image layer, by the hex digits of its chain id.
 *
 * @param chainId names the layer with everything below it (OCI image-spec, "Layer ChainID")
 * @param parent chain id of the layer below, null for a base
 * @param diffId digest of the layer's own uncompressed tar
 * @param layer its name in the storage driver
 * @param size bytes of file content
 * @param tarSize bytes of the uncompressed tar
 * @param blob the packed tar in the content store
 * @param gzip the same tar packed for registries, null until it was pushed
 * @param sources repositories that are known to have the blob that a push would send
 */
public record LayerRecord(
    Digest chainId,
    @Nullable Digest parent,
    Digest diffId,
    LayerId layer,
    long size,
    long tarSize,
    StoredBlob blob,
    @Nullable StoredBlob gzip,
    List<String> sources) {
  private static final int MOST_SOURCES = 10;

  /** Content in the content store. */
  public record StoredBlob(Digest digest, long size, String mediaType) {
    boolean isGzip() {
      return mediaType.equals(MediaTypes.DOCKER_LAYER_GZIP)
          || mediaType.equals(MediaTypes.OCI_LAYER_GZIP);
    }
  }

  LayerRecord withGzip(StoredBlob packed) {
    return new LayerRecord(chainId, parent, diffId, layer, size, tarSize, blob, packed, sources);
  }

  /** The same layer under another name in the driver. */
  public LayerRecord inDriverAs(LayerId id) {
    return new LayerRecord(chainId, parent, diffId, id, size, tarSize, blob, gzip, sources);
  }

  LayerRecord withSource(String repository) {
    List<String> all = new ArrayList<>(sources);
    all.remove(repository);
    all.addFirst(repository);
    List<String> kept = List.copyOf(all.subList(0, Math.min(all.size(), MOST_SOURCES)));
    return new LayerRecord(chainId, parent, diffId, layer, size, tarSize, blob, gzip, kept);
  }
}
