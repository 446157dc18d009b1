package dev.priok.engine.images;

import dev.priok.host.archive.SidePipe;
import dev.priok.model.api.image.ImageConfig;
import dev.priok.model.id.Digest;
import dev.priok.model.image.ImageDocument;
import dev.priok.model.image.ImageDocumentBuilder;
import dev.priok.model.image.ImageReference;
import dev.priok.model.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code docker commit}, the images' half: a difference on top of an image becomes an image. */
public final class CommitImage {
  /** Writes the difference to the parent as an uncompressed tar in OCI form. */
  @FunctionalInterface
  public interface Difference {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * What the new image is to be.
   *
   * @param parent the image that the difference is against; null for none
   * @param config the complete config, changes applied ({@link ConfigChanges})
   * @param createdBy what the history says ran
   * @param reference the new image's name, null for none
   */
  public record Request(
      @Nullable Digest parent,
      ImageConfig config,
      String author,
      String comment,
      String createdBy,
      @Nullable ImageReference reference) {}

  private final ImageStore store;
  private final ImageEvents events;

  CommitImage(ImageStore store, ImageEvents events) {
    this.store = store;
    this.events = events;
  }

  /** The id of the new image, which is durable and named when this returns. */
  public Digest commit(Request request, Difference difference) throws IOException {
    try (LayerStore.Lease lease = store.lease()) {
      Digest parent = request.parent();
      ImageRecord below = parent == null ? null : store.require(parent.value());
      ImageDocument base = below == null ? null : store.document(below.id());
      List<Digest> chain = new ArrayList<>(below == null ? List.of() : below.chain());
      List<Digest> diffIds = new ArrayList<>(base == null ? List.of() : base.rootfs().diffIds());
      chain.forEach(lease::use);
      LayerRecord top = store.layers().restored(chain);
      boolean empty;
      try (InputStream tar = SidePipe.from(difference::writeTo)) {
        LayerStore.Filled filled = store.layers().add(top, tar, lease);
        empty = filled.blank();
        if (!empty) {
          chain.add(filled.record().chainId());
          diffIds.add(filled.record().diffId());
        }
      }
      byte[] document = document(request, base, diffIds, empty).toJson();
      Digest id = store.add(document, chain, parent, lease);
      ImageReference reference = request.reference();
      if (reference != null) {
        store.name(reference, id);
        events.about("tag", id, reference.familiar());
      }
      return id;
    }
  }

  private static ImageDocument document(
      Request request, @Nullable ImageDocument base, List<Digest> diffIds, boolean empty) {
    String now = Instant.now().toString();
    List<ImageDocument.History> history =
        new ArrayList<>(base == null ? List.of() : base.historyOrEmpty());
    history.add(
        new ImageDocument.History(
            now,
            request.createdBy(),
            request.author().isEmpty() ? null : request.author(),
            request.comment().isEmpty() ? null : request.comment(),
            empty ? true : null));
    Platform platform = base == null ? Platform.host() : base.platform();
    return ImageDocumentBuilder.builder()
        .architecture(platform.architecture())
        .variant(platform.variant())
        .os(platform.os())
        .osVersion(platform.osVersion())
        .author(request.author().isEmpty() ? null : request.author())
        .comment(request.comment().isEmpty() ? null : request.comment())
        .config(request.config())
        .created(now)
        .history(history)
        .rootfs(new ImageDocument.RootFs("layers", List.copyOf(diffIds)))
        .build();
  }
}
