package dev.priok.engine.images;

import dev.priok.engine.Timestamps;
import dev.priok.host.storage.StorageDriver;
import dev.priok.model.api.container.DriverData;
import dev.priok.model.api.image.ImageInspect;
import dev.priok.model.api.image.ImageInspectBuilder;
import dev.priok.model.api.image.ImageInspectMetadata;
import dev.priok.model.api.image.ImageInspectRootFS;
import dev.priok.model.id.Digest;
import dev.priok.model.image.ImageDocument;
import java.util.Map;

/** {@code docker image inspect}. */
final class InspectImage {
  private final ImageStore store;

  InspectImage(ImageStore store) {
    this.store = store;
  }

  ImageInspect inspect(String image) {
    ImageRecord record = store.require(image);
    ImageDocument document = store.document(record.id());
    StorageDriver driver = store.layers().driver();
    long size =
        record.chain().stream()
            .mapToLong(c -> store.layers().find(c).map(LayerRecord::size).orElse(0L))
            .sum();
    Map<String, String> details =
        record.chain().isEmpty()
            ? Map.of()
            : store
                .layers()
                .find(record.chain().getLast())
                .filter(l -> driver.exists(l.layer()))
                .map(l -> driver.details(l.layer()))
                .orElse(Map.of());
    return ImageInspectBuilder.builder()
        .id(record.id().value())
        .repoTags(store.tags(record.id()))
        .repoDigests(store.digests(record.id()))
        .parent(record.parent() == null ? "" : record.parent().value())
        .comment(text(document.comment()))
        .created(document.created())
        .dockerVersion(text(document.dockerVersion()))
        .author(text(document.author()))
        .config(document.config())
        .architecture(text(document.architecture()))
        .variant(document.variant())
        .os(document.platform().os())
        .osVersion(document.osVersion())
        .size(size)
        .graphDriver(new DriverData(driver.name(), details))
        .rootFS(
            new ImageInspectRootFS(
                "layers", document.rootfs().diffIds().stream().map(Digest::value).toList()))
        .metadata(
            new ImageInspectMetadata(
                record.lastTagged() == null ? Timestamps.ZERO : record.lastTagged()))
        .build();
  }

  private static String text(@org.jspecify.annotations.Nullable String value) {
    return value == null ? "" : value;
  }
}
