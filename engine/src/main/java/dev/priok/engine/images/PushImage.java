package dev.priok.engine.images;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.priok.engine.images.LayerRecord.StoredBlob;
import dev.priok.host.archive.Compression;
import dev.priok.host.registry.Credentials;
import dev.priok.host.registry.RegistryClient;
import dev.priok.host.registry.RegistryClient.Access;
import dev.priok.host.registry.Repository;
import dev.priok.host.store.Blobs;
import dev.priok.model.api.system.AuthConfig;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.Digest;
import dev.priok.model.image.Descriptor;
import dev.priok.model.image.ImageManifest;
import dev.priok.model.image.ImageReference;
import dev.priok.model.image.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** {@code docker push}: layers, config and manifest, in this order. */
final class PushImage {
  private final ImageStore store;
  private final ImageEvents events;
  private final RegistryClient registries;
  private final TransferSlots slots;
  private final KeyedLocks<Digest> packing = new KeyedLocks<>();

  PushImage(
      ImageStore store, ImageEvents events, RegistryClient registries, TransferSlots uploads) {
    this.slots = uploads;
    this.store = store;
    this.events = events;
    this.registries = registries;
  }

  /** What the docker command prints at the end of a push. */
  record Pushed(
      @JsonProperty("Tag") String tag,
      @JsonProperty("Digest") String digest,
      @JsonProperty("Size") long size) {}

  void push(String image, String tag, @Nullable AuthConfig auth, Progress progress) {
    ImageReference reference = Transfers.reference(image, tag);
    if (reference.digest() != null) {
      throw EngineException.invalid("cannot push a digest reference");
    }
    progress.line("The push refers to repository [%s]".formatted(reference.name()));
    List<ImageReference> all =
        reference.isBare()
            ? store.names().values().stream()
                .flatMap(List::stream)
                .filter(r -> r.tag() != null && r.name().equals(reference.name()))
                .sorted(java.util.Comparator.comparing(ImageReference::full))
                .toList()
            : List.of(reference);
    if (all.isEmpty() || all.stream().noneMatch(r -> store.find(r).isPresent())) {
      throw EngineException.notFound(
          "An image does not exist locally with the tag: %s", reference.familiarName());
    }
    Credentials credentials = Transfers.credentials(auth);
    for (ImageReference one : all) {
      pushOne(one, credentials, progress);
    }
  }

  private void pushOne(ImageReference reference, Credentials credentials, Progress progress) {
    ImageRecord image =
        store
            .find(reference)
            .orElseThrow(
                () -> EngineException.notFound("tag does not exist: %s", reference.familiar()));
    try (LayerStore.Lease lease = store.lease()) {
      image.chain().forEach(lease::use);
      List<LayerRecord> layers = image.chain().stream().map(store.layers()::require).toList();
      List<String> others =
          layers.stream()
              .flatMap(l -> l.sources().stream())
              .filter(s -> s.startsWith(reference.domain() + "/"))
              .map(s -> s.substring(reference.domain().length() + 1))
              .filter(path -> !path.equals(reference.path()))
              .distinct()
              .toList();
      registries.withRepository(
          reference,
          credentials,
          Access.PUSH,
          others,
          repository -> {
            send(repository, reference, image, layers, progress, lease);
            return true;
          });
    } catch (IOException e) {
      throw EngineException.internal(String.valueOf(e.getMessage()), e);
    }
    events.transfer("push", reference.familiar(), reference.familiarName(), image.id());
  }

  private void send(
      Repository repository,
      ImageReference reference,
      ImageRecord image,
      List<LayerRecord> layers,
      Progress progress,
      LayerStore.Lease lease)
      throws IOException {
    for (LayerRecord layer : layers.reversed()) {
      progress.state(Progress.shortId(layer.diffId()), "Preparing");
    }
    List<Descriptor> descriptors = new ArrayList<>();
    for (LayerRecord layer : layers) {
      StoredBlob blob = packed(layer, lease);
      sendLayer(repository, reference, layer, blob, progress);
      store.layers().update(layer.chainId(), r -> r.withSource(reference.name()));
      descriptors.add(Descriptor.of(MediaTypes.DOCKER_LAYER_GZIP, blob.digest(), blob.size()));
    }
    Digest id = image.id();
    if (!repository.hasBlob(id)) {
      repository.upload(id, store.blobs().path(id), n -> {}, progress.cancellation());
    }
    byte[] manifest =
        new ImageManifest(
                2,
                MediaTypes.DOCKER_MANIFEST,
                Descriptor.of(MediaTypes.DOCKER_CONFIG, id, store.blobs().size(id)),
                descriptors,
                null)
            .toJson();
    repository.putManifest(reference.target(), MediaTypes.DOCKER_MANIFEST, manifest);
    Digest digest = Digest.of(manifest);
    store.name(reference.withDigest(digest), id);
    progress.line("%s: digest: %s size: %d".formatted(reference.target(), digest, manifest.length));
    progress.aux(new Pushed(reference.target(), digest.value(), manifest.length));
  }

  private void sendLayer(
      Repository repository,
      ImageReference reference,
      LayerRecord layer,
      StoredBlob blob,
      Progress progress)
      throws IOException {
    String shortId = Progress.shortId(layer.diffId());
    if (repository.hasBlob(blob.digest())) {
      progress.state(shortId, "Layer already exists");
      return;
    }
    for (String source : layer.sources()) {
      String prefix = reference.domain() + "/";
      if (source.startsWith(prefix)
          && !source.equals(reference.name())
          && repository.mount(blob.digest(), source.substring(prefix.length()))) {
        progress.state(shortId, "Mounted from " + ImageReference.parse(source).familiarName());
        return;
      }
    }
    takeSlot(shortId, progress);
    try {
      repository.upload(
          blob.digest(),
          store.blobs().path(blob.digest()),
          done -> progress.bar(shortId, "Pushing", done, blob.size()),
          progress.cancellation());
    } finally {
      slots.giveBack();
    }
    progress.state(shortId, "Pushed");
  }

  private void takeSlot(String shortId, Progress progress) throws IOException {
    if (slots.tryTake()) {
      return;
    }
    progress.state(shortId, "Waiting");
    try {
      slots.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("context canceled").initCause(e);
    }
  }

  /** The layer as a gzip that every client can read; the one that a registry sent, if one did. */
  private StoredBlob packed(LayerRecord known, LayerStore.Lease lease) throws IOException {
    try (var _ = packing.lock(known.chainId())) {
      LayerRecord layer = store.layers().require(known.chainId());
      StoredBlob ready = layer.blob().isGzip() ? layer.blob() : layer.gzip();
      if (ready != null) {
        return ready;
      }
      Blobs blobs = store.blobs();
      try (Blobs.Draft draft = blobs.draft()) {
        try (InputStream tar = Compression.decompress(blobs.open(layer.blob().digest()));
            OutputStream out = new GZIPOutputStream(draft.out(), 1 << 16)) {
          tar.transferTo(out);
        }
        long length = draft.length();
        StoredBlob made = new StoredBlob(draft.finish(), length, MediaTypes.DOCKER_LAYER_GZIP);
        lease.pin(made.digest());
        store.layers().update(layer.chainId(), r -> r.withGzip(made));
        return made;
      }
    }
  }
}
