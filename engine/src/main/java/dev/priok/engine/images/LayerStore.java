package dev.priok.engine.images;

import dev.priok.engine.disk.DiskRoom;
import dev.priok.engine.images.LayerRecord.StoredBlob;
import dev.priok.host.archive.Compression;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.store.Blobs;
import dev.priok.host.store.Records;
import dev.priok.host.store.Store;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import dev.priok.model.id.Digest;
import dev.priok.model.image.MediaTypes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Image layers: filling them, sharing them, and removing those that no image needs.
 *
 * <p>Which layers are needed is computed from the images' records, not counted, so a crash cannot
 * leave a wrong count. What an operation needs before its image has a record, it pins with a {@link
 * Lease}; a lease that ends takes along whatever no image came to need.
 */
final class LayerStore {
  private static final Logger LOG = LoggerFactory.getLogger(LayerStore.class);

  private final StorageDriver driver;
  private final Blobs blobs;
  private final DiskRoom room;
  private final Records<LayerRecord> records;

  /** Guards records, pins and the decision what is needed; never held while files move. */
  private final ReentrantLock gate;

  private final KeyedLocks<Digest> chainLocks = new KeyedLocks<>();
  private final Map<Digest, Integer> pins = new HashMap<>();

  LayerStore(Store store, StorageDriver driver, Blobs blobs, ReentrantLock gate, DiskRoom room) {
    this.room = room;
    this.driver = driver;
    this.blobs = blobs;
    this.records = store.records("image_layers", LayerRecord.class);
    this.gate = gate;
  }

  StorageDriver driver() {
    return driver;
  }

  Optional<LayerRecord> find(Digest chainId) {
    return records.get(chainId.hex());
  }

  LayerRecord require(Digest chainId) {
    return find(chainId)
        .orElseThrow(() -> EngineException.internal("layer does not exist: " + chainId, null));
  }

  Set<LayerId> layerIds() {
    return records.all().values().stream().map(LayerRecord::layer).collect(Collectors.toSet());
  }

  /** Changes a record if it is still there. */
  void update(Digest chainId, java.util.function.UnaryOperator<LayerRecord> change) {
    gate.lock();
    try {
      find(chainId).ifPresent(r -> records.put(chainId.hex(), change.apply(r)));
    } finally {
      gate.unlock();
    }
  }

  /** Pins of one operation on chain ids and blobs. Ends after the operation's last record. */
  final class Lease implements AutoCloseable {
    private final List<Digest> mine = new ArrayList<>();
    private final Runnable collector;

    private Lease(Runnable collector) {
      this.collector = collector;
    }

    void pin(Digest digest) {
      gate.lock();
      try {
        pins.merge(digest, 1, Integer::sum);
        mine.add(digest);
      } finally {
        gate.unlock();
      }
    }

    /** The layer, pinned from now on; or nothing. */
    Optional<LayerRecord> use(Digest chainId) {
      gate.lock();
      try {
        Optional<LayerRecord> found = find(chainId);
        if (found.isPresent()) {
          pin(chainId);
        }
        return found;
      } finally {
        gate.unlock();
      }
    }

    @Override
    public void close() {
      gate.lock();
      try {
        for (Digest digest : mine) {
          pins.computeIfPresent(digest, (d, n) -> n == 1 ? null : n - 1);
        }
        List<Digest> ended = List.copyOf(mine);
        mine.clear();
        // A blob whose layer never came to be belongs to nobody.
        Set<Digest> known = blobsOfLayers();
        for (Digest digest : ended) {
          if (!pins.containsKey(digest) && blobs.has(digest) && !known.contains(digest)) {
            orphans.add(digest);
          }
        }
      } finally {
        gate.unlock();
      }
      collector.run();
    }
  }

  private final Set<Digest> orphans = new HashSet<>();

  Lease lease(Runnable collector) {
    return new Lease(collector);
  }

  private Set<Digest> blobsOfLayers() {
    Set<Digest> result = new HashSet<>();
    for (LayerRecord record : records.all().values()) {
      result.add(record.blob().digest());
      if (record.gzip() != null) {
        result.add(record.gzip().digest());
      }
    }
    return result;
  }

  /**
   * The layer of a known chain id; filled from the tar if it is not there yet.
   *
   * @param packed the blob that {@code tar} comes from, null if there is none to keep
   */
  LayerRecord ensure(
      @Nullable LayerRecord below,
      Digest diffId,
      TarSource tar,
      @Nullable StoredBlob packed,
      Lease lease)
      throws IOException {
    Digest chainId = ChainIds.next(below == null ? null : below.chainId(), diffId);
    try (var _ = chainLocks.lock(chainId)) {
      Optional<LayerRecord> present = lease.use(chainId);
      if (present.isPresent()) {
        return present.get();
      }
      try (InputStream in = tar.open()) {
        return fill(below, diffId, in, packed, lease).record();
      }
    }
  }

  /** Opens a layer's uncompressed tar. */
  @FunctionalInterface
  interface TarSource {
    InputStream open() throws IOException;
  }

  /**
   * A layer that was filled.
   *
   * @param blank true where its tar had no entry
   */
  record Filled(LayerRecord record, boolean blank) {}

  /** Fills a layer whose digest shows at the end of the tar. */
  Filled add(@Nullable LayerRecord below, InputStream tar, Lease lease) throws IOException {
    return fill(below, null, tar, null, lease);
  }

  private Filled fill(
      @Nullable LayerRecord below,
      @Nullable Digest expected,
      InputStream tar,
      @Nullable StoredBlob packed,
      Lease lease)
      throws IOException {
    room.check();
    LayerId id = LayerId.random();
    driver.create(id, below == null ? null : below.layer());
    boolean kept = false;
    try (Blobs.Draft draft = packed == null ? blobs.draft() : null) {
      OutputStream copy = draft == null ? null : TarTap.packing(draft.out());
      TarTap tap = new TarTap(room.guarded(tar), copy);
      long size;
      try (OutputStream _ = copy == null ? OutputStream.nullOutputStream() : copy) {
        size = driver.apply(id, tap);
        tap.drain();
      } catch (EOFException e) {
        throw new EngineException(ErrorKind.INVALID, "unexpected EOF", e);
      }
      Digest diffId = tap.digest();
      if (expected != null && !expected.equals(diffId)) {
        throw EngineException.invalid(
            "layer verification failed for digest %s: the tar has %s", expected, diffId);
      }
      StoredBlob blob = packed;
      if (draft != null) {
        long length = draft.length();
        blob = new StoredBlob(draft.finish(), length, MediaTypes.OCI_LAYER_ZSTD);
        lease.pin(blob.digest());
      }
      Digest chainId = ChainIds.next(below == null ? null : below.chainId(), diffId);
      LayerRecord record =
          new LayerRecord(
              chainId,
              below == null ? null : below.chainId(),
              diffId,
              id,
              size,
              tap.count(),
              java.util.Objects.requireNonNull(blob),
              null,
              List.of());
      LayerRecord stored = register(record, lease);
      kept = stored.layer().equals(id);
      return new Filled(stored, tap.isBlank());
    } finally {
      if (!kept) {
        driver.remove(id);
      }
    }
  }

  private LayerRecord register(LayerRecord record, Lease lease) {
    gate.lock();
    try {
      Optional<LayerRecord> present = lease.use(record.chainId());
      if (present.isPresent()) {
        return present.get();
      }
      lease.pin(record.chainId());
      records.put(record.chainId().hex(), record);
      return record;
    } finally {
      gate.unlock();
    }
  }

  /**
   * Removes every layer that is neither needed nor pinned, top to bottom. A crash in the middle
   * leaves driver layers or blobs without a record, which the next start sweeps.
   *
   * @param needed asked under the gate, so that no image appears meanwhile
   */
  List<LayerRecord> collect(
      java.util.function.Supplier<Set<Digest>> needed,
      java.util.function.Predicate<Digest> isConfig) {
    List<LayerRecord> removed = new ArrayList<>();
    gate.lock();
    try {
      Map<Digest, LayerRecord> all = new HashMap<>();
      records.all().values().forEach(r -> all.put(r.chainId(), r));
      Set<Digest> live = new HashSet<>();
      for (Digest root : needed.get()) {
        markWithParents(root, all, live);
      }
      pins.keySet().forEach(pinned -> markWithParents(pinned, all, live));
      all.values().stream()
          .filter(r -> !live.contains(r.chainId()))
          .sorted(java.util.Comparator.comparingInt((LayerRecord r) -> depth(r, all)).reversed())
          .forEach(removed::add);
      for (LayerRecord record : removed) {
        records.remove(record.chainId().hex());
        orphans.add(record.blob().digest());
        if (record.gzip() != null) {
          orphans.add(record.gzip().digest());
        }
      }
      Set<Digest> used = blobsOfLayers();
      for (Digest orphan : List.copyOf(orphans)) {
        if (!pins.containsKey(orphan)) {
          orphans.remove(orphan);
          if (!used.contains(orphan) && !isConfig.test(orphan)) {
            removeBlob(orphan);
          }
        }
      }
    } finally {
      gate.unlock();
    }
    for (LayerRecord record : removed) {
      try {
        driver.remove(record.layer());
      } catch (IOException e) {
        LOG.warn("layer {} stays until the next start: {}", record.layer(), e.getMessage());
      }
    }
    return removed;
  }

  boolean isPinned(Digest digest) {
    gate.lock();
    try {
      return pins.containsKey(digest);
    } finally {
      gate.unlock();
    }
  }

  private void removeBlob(Digest digest) {
    try {
      blobs.remove(digest);
    } catch (IOException e) {
      LOG.warn("blob {} stays until the next start: {}", digest, e.getMessage());
    }
  }

  private static void markWithParents(
      Digest chainId, Map<Digest, LayerRecord> all, Set<Digest> live) {
    for (LayerRecord r = all.get(chainId);
        r != null && live.add(r.chainId());
        r = r.parent() == null ? null : all.get(r.parent())) {
      // Everything below a live layer is live.
    }
  }

  private static int depth(LayerRecord record, Map<Digest, LayerRecord> all) {
    int depth = 0;
    for (LayerRecord r = record; r != null && r.parent() != null; r = all.get(r.parent())) {
      depth++;
    }
    return depth;
  }

  /** Blobs that layers need; for the sweep at the start. */
  Set<Digest> neededBlobs() {
    return blobsOfLayers();
  }

  /**
   * Makes sure that the driver has all layers of a stack, filling those that are gone from their
   * blobs: after a change of the storage driver, or a damaged disk.
   */
  @Nullable LayerRecord restored(List<Digest> chain) throws IOException {
    LayerRecord top = chain.isEmpty() ? null : require(chain.getLast());
    if (top == null || driver.exists(top.layer())) {
      return top;
    }
    LayerRecord below = null;
    for (Digest chainId : chain) {
      try (var _ = chainLocks.lock(chainId)) {
        LayerRecord record = require(chainId);
        if (!driver.exists(record.layer())) {
          record = refill(below, record);
        }
        below = record;
      }
    }
    return below;
  }

  private LayerRecord refill(@Nullable LayerRecord below, LayerRecord record) throws IOException {
    LOG.info("layer {} is not in {}: filling it again", record.chainId(), driver.name());
    LayerId id = LayerId.random();
    driver.create(id, below == null ? null : below.layer());
    boolean kept = false;
    try (InputStream in = Compression.decompress(blobs.open(record.blob().digest()))) {
      TarTap tap = new TarTap(in, null);
      driver.apply(id, tap);
      tap.drain();
      if (!tap.digest().equals(record.diffId())) {
        throw EngineException.internal(
            "blob " + record.blob().digest() + " is damaged: it is not layer " + record.diffId(),
            null);
      }
      update(record.chainId(), r -> r.inDriverAs(id));
      kept = true;
      return record.inDriverAs(id);
    } finally {
      if (!kept) {
        driver.remove(id);
      }
    }
  }
}
