package dev.priok.engine.images;

import dev.priok.host.registry.Credentials;
import dev.priok.host.registry.ManifestContent;
import dev.priok.host.registry.RegistryClient;
import dev.priok.host.registry.RegistryClient.Access;
import dev.priok.host.registry.Repository;
import dev.priok.model.api.system.AuthConfig;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.Digest;
import dev.priok.model.image.Descriptor;
import dev.priok.model.image.ImageDocument;
import dev.priok.model.image.ImageIndex;
import dev.priok.model.image.ImageManifest;
import dev.priok.model.image.ImageReference;
import dev.priok.model.image.MediaTypes;
import dev.priok.model.image.Platform;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code docker pull}: one tag or digest of a repository, or all its tags. */
final class PullImage {
  private final ImageStore store;
  private final ImageEvents events;
  private final RegistryClient registries;
  private final PullLayers layers;

  PullImage(
      ImageStore store, ImageEvents events, RegistryClient registries, TransferSlots downloads) {
    this.store = store;
    this.events = events;
    this.registries = registries;
    this.layers = new PullLayers(store, store.room(), downloads);
  }

  private record Found(Repository repository, ManifestContent manifest) {}

  void pull(
      String image,
      String target,
      @Nullable String platform,
      @Nullable AuthConfig auth,
      Progress progress) {
    ImageReference reference = Transfers.reference(image, target);
    Credentials credentials = Transfers.credentials(auth);
    Platform wanted = platform == null || platform.isEmpty() ? null : Platform.parse(platform);
    try {
      List<ImageReference> all = List.of(reference);
      if (reference.isBare()) {
        all =
            registries
                .withRepository(reference, credentials, Access.PULL, Repository::tags)
                .stream()
                .map(reference::withTag)
                .toList();
      }
      boolean news = false;
      for (ImageReference one : all) {
        news |= pullOne(one, wanted, credentials, progress);
      }
      progress.line(
          "Status: "
              + (news ? "Downloaded newer image for " : "Image is up to date for ")
              + reference.familiar());
    } catch (IOException e) {
      throw Transfers.refused(reference, e);
    }
  }

  /** True where the name did not point to this image before. */
  private boolean pullOne(
      ImageReference reference,
      @Nullable Platform wanted,
      Credentials credentials,
      Progress progress)
      throws IOException {
    Found found;
    try {
      found =
          registries.withRepository(
              reference,
              credentials,
              Access.PULL,
              r -> new Found(r, r.manifest(reference.target())));
    } catch (IOException e) {
      throw Transfers.refused(reference, e);
    }
    progress.line(reference.target(), "Pulling from " + reference.path());
    Repository repository = found.repository();
    ManifestContent content = found.manifest();
    Platform platform = wanted == null ? Platform.host() : wanted;
    boolean fromIndex = MediaTypes.isIndex(content.mediaType());
    for (int depth = 0; MediaTypes.isIndex(content.mediaType()); depth++) {
      Optional<Descriptor> chosen = ImageIndex.parse(content.bytes()).select(platform);
      if (chosen.isEmpty() || depth > 3) {
        throw EngineException.notFound(
            "no matching manifest for %s in the manifest list entries", platform);
      }
      content = repository.manifest(chosen.get().digest().value());
    }
    if (!MediaTypes.isManifest(content.mediaType())) {
      throw EngineException.invalid(
          "unsupported manifest media type and no default available: %s", content.mediaType());
    }
    ImageManifest manifest = ImageManifest.parse(content.bytes());
    Digest id = manifest.config().digest();
    try (LayerStore.Lease lease = store.lease()) {
      Optional<ImageRecord> present = store.get(id);
      if (present.isEmpty()) {
        add(repository, reference, manifest, fromIndex ? null : wanted, progress, lease);
      } else {
        present.get().chain().forEach(lease::use);
        manifest
            .layers()
            .forEach(l -> progress.state(Progress.shortId(l.digest()), "Already exists"));
      }
      Digest digest = found.manifest().digest();
      boolean news = isNews(reference, digest, id);
      // The digest tells where the image came from; it is a name of the image like the tag.
      store.name(reference.withDigest(digest), id);
      if (reference.tag() != null) {
        store.name(reference, id);
      }
      progress.line("Digest: " + digest);
      events.transfer("pull", reference.familiar(), reference.familiarName(), id);
      return news;
    }
  }

  private boolean isNews(ImageReference reference, Digest digest, Digest id) {
    ImageReference name = reference.tag() == null ? reference.withDigest(digest) : reference;
    return store.find(name).map(ImageRecord::id).filter(id::equals).isEmpty();
  }

  private void add(
      Repository repository,
      ImageReference reference,
      ImageManifest manifest,
      @Nullable Platform explicit,
      Progress progress,
      LayerStore.Lease lease)
      throws IOException {
    if (!MediaTypes.isConfig(manifest.config().mediaType())) {
      throw EngineException.invalid(
          "Encountered remote \"%s\"(unknown) when fetching", manifest.config().mediaType());
    }
    byte[] config = repository.smallBlob(manifest.config());
    ImageDocument document = ImageDocument.parse(config);
    Platform offered = document.platform();
    if (!offered.os().equals("linux")) {
      throw EngineException.invalid(
          "image operating system \"%s\" cannot be used on this platform", offered.os());
    }
    if (explicit != null && !explicit.accepts(offered)) {
      throw EngineException.notFound(
          "image with reference %s was found but its platform (%s) does not match the specified"
              + " platform (%s)",
          reference.familiar(), offered, explicit);
    }
    List<Digest> diffIds = document.rootfs().diffIds();
    if (diffIds.size() != manifest.layers().size()) {
      throw EngineException.invalid(
          "invalid manifest, layers length mismatch: expected %d, got %d",
          manifest.layers().size(), diffIds.size());
    }
    List<Digest> chain =
        layers.pull(repository, reference.name(), manifest.layers(), diffIds, progress, lease);
    store.add(config, chain, null, lease);
  }
}
