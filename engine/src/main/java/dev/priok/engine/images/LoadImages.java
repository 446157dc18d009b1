package dev.priok.engine.images;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.priok.engine.images.ArchiveSpool.Item;
import dev.priok.engine.images.LayerRecord.StoredBlob;
import dev.priok.host.archive.Compression;
import dev.priok.model.api.Json;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import dev.priok.model.id.Digest;
import dev.priok.model.image.Descriptor;
import dev.priok.model.image.ImageDocument;
import dev.priok.model.image.ImageIndex;
import dev.priok.model.image.ImageManifest;
import dev.priok.model.image.ImageReference;
import dev.priok.model.image.MediaTypes;
import dev.priok.model.image.Platform;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code docker load}: the images of a docker-archive or an OCI layout. */
final class LoadImages {
  private static final int BUFFER = 1 << 16;

  private final ImageStore store;
  private final ImageEvents events;

  LoadImages(ImageStore store, ImageEvents events) {
    this.store = store;
    this.events = events;
  }

  /** One image of the archive, whichever list it comes from. */
  @SuppressWarnings("ArrayRecordComponent") // Bytes to be stored; nobody compares these.
  private record Entry(byte[] config, List<Item> layers, List<String> names) {}

  /** One line of {@code manifest.json} (docker-archive). */
  record ArchiveImage(
      @JsonProperty("Config") @Nullable String config,
      @JsonProperty("RepoTags") @Nullable List<String> repoTags,
      @JsonProperty("Layers") @Nullable List<String> layers) {}

  void load(InputStream archive, boolean quiet, Progress progress) {
    // Clients read errors of load out of the stream, as Docker sends them.
    progress.open();
    try (ArchiveSpool spool = ArchiveSpool.read(archive, store.blobs(), progress)) {
      List<Entry> entries =
          spool.find("manifest.json").isPresent() ? dockerArchive(spool) : ociLayout(spool);
      List<Digest> unnamed = new ArrayList<>();
      for (Entry entry : entries) {
        Digest id = load(entry, quiet, progress);
        if (entry.names().isEmpty()) {
          unnamed.add(id);
        }
      }
      for (Digest id : unnamed) {
        progress.stream("Loaded image ID: " + id + "\n");
      }
    } catch (IOException e) {
      throw ImportRootfs.failure(e);
    }
  }

  private List<Entry> dockerArchive(ArchiveSpool spool) throws IOException {
    List<ArchiveImage> list;
    try {
      list =
          Json.mapper()
              .readValue(
                  spool.document("manifest.json"),
                  Json.mapper()
                      .getTypeFactory()
                      .constructCollectionType(List.class, ArchiveImage.class));
    } catch (JsonProcessingException e) {
      throw new EngineException(
          ErrorKind.INVALID,
          "invalid archive: failed to decode manifest.json: " + e.getOriginalMessage(),
          e);
    }
    if (list == null) {
      throw EngineException.invalid("invalid manifest, manifest cannot be null (but can be [])");
    }
    List<Entry> entries = new ArrayList<>();
    for (ArchiveImage image : list) {
      if (image == null || image.config() == null) {
        throw EngineException.invalid("invalid archive: an image without a config");
      }
      List<Item> layers = new ArrayList<>();
      for (String layer : image.layers() == null ? List.<String>of() : image.layers()) {
        layers.add(spool.require(layer));
      }
      entries.add(
          new Entry(
              spool.document(image.config()),
              layers,
              image.repoTags() == null ? List.of() : image.repoTags()));
    }
    return entries;
  }

  private List<Entry> ociLayout(ArchiveSpool spool) throws IOException {
    if (spool.find("index.json").isEmpty()) {
      throw EngineException.invalid("invalid archive: does not contain a manifest.json");
    }
    List<Entry> entries = new ArrayList<>();
    for (Descriptor top : ImageIndex.parse(spool.document("index.json")).manifests()) {
      Descriptor chosen = top;
      byte[] bytes = blob(spool, top);
      for (int depth = 0; MediaTypes.isIndex(ImageManifest.mediaTypeOf(bytes)); depth++) {
        Optional<Descriptor> inner = ImageIndex.parse(bytes).select(Platform.host());
        if (inner.isEmpty() || depth > 3) {
          throw EngineException.notFound(
              "no matching manifest for %s in the archive's index", Platform.host());
        }
        chosen = inner.get();
        bytes = blob(spool, chosen);
      }
      ImageManifest manifest = ImageManifest.parse(bytes);
      if (!MediaTypes.isConfig(manifest.config().mediaType())) {
        throw EngineException.invalid(
            "unsupported config media type %s", manifest.config().mediaType());
      }
      List<Item> layers = new ArrayList<>();
      for (Descriptor layer : manifest.layers()) {
        layers.add(item(spool, layer));
      }
      entries.add(new Entry(blob(spool, manifest.config()), layers, names(top)));
    }
    return entries;
  }

  private static List<String> names(Descriptor descriptor) {
    Map<String, String> notes =
        descriptor.annotations() == null ? Map.of() : descriptor.annotations();
    String full = notes.get("io.containerd.image.name");
    if (full != null) {
      return List.of(full);
    }
    // The OCI layout's own note is often a tag alone, which names no repository.
    String name = notes.getOrDefault("org.opencontainers.image.ref.name", "");
    return name.contains("/") || name.contains(":") ? List.of(name) : List.of();
  }

  private static Item item(ArchiveSpool spool, Descriptor descriptor) {
    Item item = spool.require("blobs/sha256/" + descriptor.digest().hex());
    if (!item.digest().equals(descriptor.digest())) {
      throw EngineException.invalid("layer verification failed for digest %s", descriptor.digest());
    }
    return item;
  }

  private static byte[] blob(ArchiveSpool spool, Descriptor descriptor) throws IOException {
    item(spool, descriptor);
    return spool.document("blobs/sha256/" + descriptor.digest().hex());
  }

  private Digest load(Entry entry, boolean quiet, Progress progress) throws IOException {
    List<ImageReference> names = new ArrayList<>();
    for (String text : entry.names()) {
      ImageReference name = ImageReference.parse(text);
      if (name.tag() == null) {
        throw EngineException.invalid("invalid tag \"%s\"", text);
      }
      names.add(name);
    }
    ImageDocument document = ImageDocument.parse(entry.config());
    if (!document.platform().os().equals("linux")) {
      throw EngineException.invalid("cannot load %s image on linux", document.platform().os());
    }
    List<Digest> diffIds = document.rootfs().diffIds();
    if (entry.layers().size() != diffIds.size()) {
      throw EngineException.invalid(
          "invalid manifest, layers length mismatch: expected %d, got %d",
          entry.layers().size(), diffIds.size());
    }
    Digest id;
    try (LayerStore.Lease lease = store.lease()) {
      LayerRecord below = null;
      List<Digest> chain = new ArrayList<>();
      for (int i = 0; i < diffIds.size(); i++) {
        below = layer(below, diffIds.get(i), entry.layers().get(i), quiet, progress, lease);
        chain.add(below.chainId());
      }
      id = store.add(entry.config(), chain, null, lease);
      for (ImageReference name : names) {
        Optional<Digest> before = store.name(name.withTag(String.valueOf(name.tag())), id);
        before.ifPresent(old ->
            progress.stream(
                ("The image %s already exists, renaming the old one with ID %s to empty"
                        + " string\n")
                    .formatted(name.familiar(), old)));
        progress.stream("Loaded image: " + name.familiar() + "\n");
      }
    }
    events.about("load", id, id.value());
    return id;
  }

  private LayerRecord layer(
      @Nullable LayerRecord below,
      Digest diffId,
      Item item,
      boolean quiet,
      Progress progress,
      LayerStore.Lease lease)
      throws IOException {
    StoredBlob packed = adopt(item, lease);
    return store
        .layers()
        .ensure(
            below,
            diffId,
            () -> {
              InputStream raw =
                  packed == null
                      ? Files.newInputStream(item.file())
                      : store.blobs().open(packed.digest());
              InputStream shown =
                  quiet
                      ? raw
                      : progress.reading(
                          raw, Progress.shortId(diffId), "Loading layer", item.size());
              return Compression.decompress(new BufferedInputStream(shown, BUFFER));
            },
            packed,
            lease);
  }

  /** A packed layer is kept as it came; a plain tar is packed while it is unpacked. */
  private @Nullable StoredBlob adopt(Item item, LayerStore.Lease lease) throws IOException {
    byte[] head = new byte[6];
    int length;
    if (store.blobs().has(item.digest())) {
      try (InputStream in = store.blobs().open(item.digest())) {
        length = in.readNBytes(head, 0, head.length);
      }
    } else if (Files.exists(item.file())) {
      try (InputStream in = Files.newInputStream(item.file())) {
        length = in.readNBytes(head, 0, head.length);
      }
    } else {
      throw EngineException.internal("blob " + item.digest() + " has gone while loading", null);
    }
    String type =
        switch (Compression.of(head, length)) {
          case GZIP -> MediaTypes.DOCKER_LAYER_GZIP;
          case ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
          case NONE, BZIP2, XZ -> null;
        };
    if (type == null) {
      return null;
    }
    lease.pin(item.digest());
    if (!store.blobs().has(item.digest())) {
      store.blobs().adopt(item.file(), item.digest());
    }
    return new StoredBlob(item.digest(), item.size(), type);
  }
}
