package dev.priok.engine.images;

import dev.priok.engine.disk.DiskRoom;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.store.Blobs;
import dev.priok.host.store.Records;
import dev.priok.host.store.Store;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.Digest;
import dev.priok.model.image.ImageDocument;
import dev.priok.model.image.ImageReference;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images there are, their names and their layers; every change is durable when it returns.
 *
 * <p>An image is written in the order blobs, layers, image record, name, and removed in the
 * opposite order. So after a crash a name always has its image and an image its layers, and what
 * nobody names is swept by {@link #sweep}.
 */
public final class ImageStore {
  private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);

  private final Blobs blobs;
  private final LayerStore layers;
  private final ImageUsers users;
  private final DiskRoom room;
  private final Records<ImageRecord> images;
  private final Records<ReferenceRecord> references;
  private final ReentrantLock gate = new ReentrantLock();
  private final Map<Digest, Integer> holds = new HashMap<>();
  private final Map<Digest, ImageDocument> documents = new ConcurrentHashMap<>();

  /** With as much room as the disk has. */
  public ImageStore(Store store, Blobs blobs, StorageDriver driver, ImageUsers users) {
    this(store, blobs, driver, users, DiskRoom.unwatched());
  }

  /**
   * The images of a daemon.
   *
   * @param users asked only after the containers' room is there
   * @param room that new layers may take
   */
  public ImageStore(
      Store store, Blobs blobs, StorageDriver driver, ImageUsers users, DiskRoom room) {
    this.blobs = blobs;
    this.room = room;
    this.users = users;
    this.layers = new LayerStore(store, driver, blobs, gate, room);
    this.images = store.records("images", ImageRecord.class);
    this.references = store.records("image_references", ReferenceRecord.class);
  }

  LayerStore layers() {
    return layers;
  }

  DiskRoom room() {
    return room;
  }

  Blobs blobs() {
    return blobs;
  }

  ImageUsers users() {
    return users;
  }

  /** Layers of images; together with the containers' own they are what the driver must keep. */
  public Set<LayerId> layersInUse() {
    return layers.layerIds();
  }

  /** Removes what a crash left without an owner. Once, at the start, before the driver's sweep. */
  public void sweep() throws IOException {
    for (Map.Entry<String, ReferenceRecord> name : references.all().entrySet()) {
      if (images.get(name.getValue().image().hex()).isEmpty()) {
        LOG.warn("name {} had no image", name.getKey());
        references.remove(name.getKey());
      }
    }
    collect();
    Set<Digest> needed = layers.neededBlobs();
    images.all().values().forEach(i -> needed.add(i.id()));
    blobs.sweep(needed::contains);
  }

  /** What a user means by an id, a prefix of one, or a name. */
  public ResolvedImage resolve(String image) {
    return resolved(require(image));
  }

  /** Ids of the image and of those committed on top of it; empty where there is no such image. */
  public Set<String> descendants(String image) {
    ImageRecord root;
    try {
      root = require(image);
    } catch (EngineException e) {
      return Set.of();
    }
    Set<Digest> found = new HashSet<>(Set.of(root.id()));
    boolean grown = true;
    while (grown) {
      grown = false;
      for (ImageRecord record : images.all().values()) {
        Digest parent = record.parent();
        grown |= parent != null && found.contains(parent) && found.add(record.id());
      }
    }
    Set<String> ids = new HashSet<>();
    found.forEach(id -> ids.add(id.value()));
    return ids;
  }

  /** Likewise, and keeps its layers until the hold is closed. */
  public ImageHold hold(String image) {
    gate.lock();
    try {
      ImageRecord record = require(image);
      holds.merge(record.id(), 1, Integer::sum);
      boolean done = false;
      try {
        ResolvedImage resolved = resolved(record);
        done = true;
        return new Hold(resolved);
      } finally {
        if (!done) {
          holds.computeIfPresent(record.id(), (d, n) -> n == 1 ? null : n - 1);
        }
      }
    } finally {
      gate.unlock();
    }
  }

  private final class Hold implements ImageHold {
    private final ResolvedImage image;
    private boolean open = true;

    Hold(ResolvedImage image) {
      this.image = image;
    }

    @Override
    public ResolvedImage image() {
      return image;
    }

    @Override
    public void close() {
      gate.lock();
      try {
        if (open) {
          open = false;
          holds.computeIfPresent(image.id(), (d, n) -> n == 1 ? null : n - 1);
        }
      } finally {
        gate.unlock();
      }
      containerRemoved(image.id());
    }
  }

  /** A container of this image is gone: if it was the last of a removed image, its layers go. */
  public void containerRemoved(Digest image) {
    if (images.get(image.hex()).filter(ImageRecord::retired).isPresent()) {
      collect();
    }
  }

  private ResolvedImage resolved(ImageRecord record) {
    try {
      LayerRecord top = layers.restored(record.chain());
      return new ResolvedImage(
          record.id(),
          document(record.id()),
          top == null ? null : top.layer(),
          top == null ? null : top.chainId(),
          tags(record.id()));
    } catch (IOException e) {
      throw EngineException.internal("layers of " + record.id() + ": " + e.getMessage(), e);
    }
  }

  Optional<ImageRecord> get(Digest id) {
    return images.get(id.hex()).filter(i -> !i.retired());
  }

  ImageRecord require(String image) {
    return find(image)
        .orElseThrow(() -> EngineException.notFound("No such image: %s", spelled(image)));
  }

  private static String spelled(String image) {
    String id = image.startsWith("sha256:") ? image.substring(7) : image;
    return id.matches("[0-9a-f]{64}")
        ? "sha256:" + id
        : ImageReference.parse(image).withDefaultTag().familiar();
  }

  Optional<ImageRecord> find(String image) {
    String hex = image.startsWith("sha256:") ? image.substring(7) : image;
    if (hex.matches("[0-9a-f]{64}")) {
      return get(new Digest("sha256:" + hex));
    }
    if (!image.startsWith("sha256:")) {
      // A name that cannot be one is refused even where it looks like part of an id.
      Optional<ImageRecord> named = find(ImageReference.parse(image));
      if (named.isPresent()) {
        return named;
      }
    }
    if (!hex.matches("[0-9a-f]{1,63}")) {
      return Optional.empty();
    }
    List<ImageRecord> matching =
        all().stream().filter(i -> i.id().hex().startsWith(hex)).limit(2).toList();
    return matching.size() == 1 ? Optional.of(matching.getFirst()) : Optional.empty();
  }

  Optional<ImageRecord> find(ImageReference reference) {
    ImageReference whole = reference.withDefaultTag();
    ImageReference key = whole.digest() == null ? whole : whole.bare().withDigest(whole.digest());
    return references.get(key.full()).flatMap(r -> get(r.image()));
  }

  /** Bytes of files in an image's layers; also of one that only containers keep. */
  long size(Digest id) {
    return images
        .get(id.hex())
        .map(i -> i.chain().stream().mapToLong(this::layerSize).sum())
        .orElse(0L);
  }

  /** Bytes of files in all layers, each counted once. */
  long layersSize() {
    return images.all().values().stream()
        .flatMap(i -> i.chain().stream())
        .distinct()
        .mapToLong(this::layerSize)
        .sum();
  }

  private long layerSize(Digest chainId) {
    return layers.find(chainId).map(LayerRecord::size).orElse(0L);
  }

  List<ImageRecord> all() {
    return images.all().values().stream().filter(i -> !i.retired()).toList();
  }

  /** The parsed config. */
  ImageDocument document(Digest id) {
    ImageDocument known = documents.get(id);
    if (known != null) {
      return known;
    }
    ImageDocument parsed = ImageDocument.parse(config(id));
    documents.put(id, parsed);
    return parsed;
  }

  /** The config's bytes as they came. */
  byte[] config(Digest id) {
    try {
      return blobs.read(id);
    } catch (IOException e) {
      throw EngineException.internal("config of " + id + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** All names by image, each list sorted as Docker sorts them. */
  Map<Digest, List<ImageReference>> names() {
    Map<Digest, List<ImageReference>> result = new HashMap<>();
    references
        .all()
        .forEach((name, r) ->
            result
                .computeIfAbsent(r.image(), d -> new ArrayList<>())
                .add(ImageReference.parse(name)));
    result.values().forEach(l -> l.sort(Comparator.comparing(ImageReference::full)));
    return result;
  }

  List<ImageReference> names(Digest id) {
    return names().getOrDefault(id, List.of());
  }

  List<String> tags(Digest id) {
    return names(id).stream().filter(r -> r.tag() != null).map(ImageReference::familiar).toList();
  }

  List<String> digests(Digest id) {
    return names(id).stream().filter(r -> r.tag() == null).map(ImageReference::familiar).toList();
  }

  /**
   * Adds an image whose layers the lease pins.
   *
   * @param config the config's bytes; their digest becomes the id
   * @return the id
   */
  Digest add(byte[] config, List<Digest> chain, @Nullable Digest parent, LayerStore.Lease lease)
      throws IOException {
    Digest id = Digest.of(config);
    lease.pin(id);
    blobs.write(config);
    gate.lock();
    try {
      Optional<ImageRecord> present = images.get(id.hex());
      if (present.isEmpty()) {
        images.put(id.hex(), new ImageRecord(id, List.copyOf(chain), parent, null, false));
      } else if (present.get().retired()) {
        images.put(id.hex(), present.get().asRetired(false));
      }
    } finally {
      gate.unlock();
    }
    return id;
  }

  /** Names an image; the name leaves the image that had it. Returns that image, if another. */
  Optional<Digest> name(ImageReference reference, Digest id) {
    gate.lock();
    try {
      ImageRecord image =
          get(id).orElseThrow(() -> EngineException.notFound("No such image: %s", id));
      Optional<Digest> before = references.get(reference.full()).map(ReferenceRecord::image);
      if (before.isEmpty() || !before.get().equals(id)) {
        references.put(reference.full(), new ReferenceRecord(id));
      }
      if (reference.tag() != null) {
        images.put(id.hex(), image.tagged(Instant.now().toString()));
      }
      return before.filter(b -> !b.equals(id));
    } finally {
      gate.unlock();
    }
  }

  boolean unname(ImageReference reference) {
    gate.lock();
    try {
      boolean there = references.get(reference.full()).isPresent();
      references.remove(reference.full());
      return there;
    } finally {
      gate.unlock();
    }
  }

  /** Removes a nameless image; while containers use it, only its record's being listed ends. */
  List<LayerRecord> remove(Digest id) {
    gate.lock();
    try {
      Optional<ImageRecord> image = images.get(id.hex());
      image.ifPresent(i -> images.put(id.hex(), i.asRetired(true)));
      for (ImageRecord child : all()) {
        if (id.equals(child.parent())) {
          images.put(child.id().hex(), child.withParent(null));
        }
      }
    } finally {
      gate.unlock();
    }
    return collect();
  }

  List<ImageRecord> children(Digest id) {
    return all().stream().filter(i -> id.equals(i.parent())).toList();
  }

  /** Whether a container is being made from it at this moment. */
  boolean isHeld(Digest id) {
    gate.lock();
    try {
      return holds.containsKey(id);
    } finally {
      gate.unlock();
    }
  }

  LayerStore.Lease lease() {
    return layers.lease(this::collect);
  }

  /** Drops retired images that nobody uses any more, and all layers that nobody needs. */
  private List<LayerRecord> collect() {
    Supplier<Set<Digest>> needed =
        () -> {
          Set<Digest> chains = new HashSet<>();
          for (ImageRecord image : images.all().values()) {
            if (image.retired()
                && !holds.containsKey(image.id())
                && users.usersOf(image.id()).isEmpty()) {
              images.remove(image.id().hex());
              documents.remove(image.id());
              removeConfig(image.id());
            } else {
              chains.addAll(image.chain());
            }
          }
          return chains;
        };
    return layers.collect(needed, digest -> images.get(digest.hex()).isPresent());
  }

  private void removeConfig(Digest id) {
    if (layers.isPinned(id)) {
      return; // The same image is being added again; that lease decides.
    }
    try {
      blobs.remove(id);
    } catch (IOException e) {
      LOG.warn("config {} stays until the next start: {}", id, e.getMessage());
    }
  }
}
