package dev.priok.engine.images;

import dev.priok.engine.disk.DiskRoom;
import dev.priok.engine.images.LayerRecord.StoredBlob;
import dev.priok.host.archive.Compression;
import dev.priok.host.registry.Repository;
import dev.priok.host.store.Blobs;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.Digest;
import dev.priok.model.image.Descriptor;
import dev.priok.model.image.MediaTypes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Fetches an image's layers, as many at once as the daemon allows, and unpacks each as soon as
 * those below are there.
 */
final class PullLayers {
  private static final int BUFFER = 1 << 16;

  private final ImageStore store;
  private final DiskRoom room;
  private final KeyedLocks<Digest> blobLocks = new KeyedLocks<>();

  private final TransferSlots slots;

  PullLayers(ImageStore store, DiskRoom room, TransferSlots slots) {
    this.store = store;
    this.room = room;
    this.slots = slots;
  }

  /** The chain ids of the layers, all there and pinned. */
  List<Digest> pull(
      Repository repository,
      String repositoryName,
      List<Descriptor> descriptors,
      List<Digest> diffIds,
      Progress progress,
      LayerStore.Lease lease)
      throws IOException {
    List<Digest> chain = ChainIds.of(diffIds);
    List<@Nullable Future<StoredBlob>> downloads = new ArrayList<>();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    boolean complete = false;
    try {
      for (int i = 0; i < chain.size(); i++) {
        Descriptor descriptor = descriptors.get(i);
        String shortId = Progress.shortId(descriptor.digest());
        if (!MediaTypes.isLayer(descriptor.mediaType())) {
          throw EngineException.invalid("unknown layer media type: %s", descriptor.mediaType());
        }
        if (isWhole(lease.use(chain.get(i)))) {
          progress.state(shortId, "Already exists");
          downloads.add(null);
          continue;
        }
        progress.state(shortId, "Pulling fs layer");
        downloads.add(
            threads.submit(() -> fetch(repository, descriptor, shortId, progress, lease)));
      }
      LayerRecord below = null;
      for (int i = 0; i < chain.size(); i++) {
        Future<StoredBlob> download = downloads.get(i);
        if (download == null) {
          below = store.layers().require(chain.get(i));
          continue;
        }
        StoredBlob blob = await(download);
        String shortId = Progress.shortId(descriptors.get(i).digest());
        below =
            store
                .layers()
                .ensure(below, diffIds.get(i), () -> tar(blob, shortId, progress), blob, lease);
        store.layers().update(below.chainId(), r -> r.withSource(repositoryName));
        progress.state(shortId, "Pull complete");
      }
      complete = true;
      return chain;
    } finally {
      if (!complete) {
        progress.cancellation().cancel();
        threads.shutdownNow();
      }
      threads.close();
    }
  }

  /** A record whose driver layer is there too. */
  private boolean isWhole(Optional<LayerRecord> record) {
    return record.filter(r -> store.layers().driver().exists(r.layer())).isPresent();
  }

  private InputStream tar(StoredBlob blob, String shortId, Progress progress) throws IOException {
    InputStream raw = store.blobs().open(blob.digest());
    return Compression.decompress(
        new BufferedInputStream(progress.reading(raw, shortId, "Extracting", blob.size()), BUFFER));
  }

  private StoredBlob fetch(
      Repository repository,
      Descriptor descriptor,
      String shortId,
      Progress progress,
      LayerStore.Lease lease)
      throws IOException, InterruptedException {
    Blobs blobs = store.blobs();
    Digest digest = descriptor.digest();
    lease.pin(digest);
    if (!slots.tryTake()) {
      progress.state(shortId, "Waiting");
      slots.take();
    }
    try (var _ = blobLocks.lock(digest)) {
      if (!blobs.has(digest)) {
        try (Blobs.Draft draft = blobs.draft()) {
          repository.download(
              descriptor,
              draft,
              done -> {
                room.check();
                progress.bar(shortId, "Downloading", done, descriptor.size());
              },
              progress.cancellation());
        }
        progress.state(shortId, "Verifying Checksum");
      }
      progress.state(shortId, "Download complete");
      return new StoredBlob(digest, blobs.size(digest), descriptor.mediaType());
    } finally {
      slots.giveBack();
    }
  }

  private static StoredBlob await(Future<StoredBlob> download) throws IOException {
    try {
      return download.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("context canceled").initCause(e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException failure -> throw failure;
        case null, default -> throw new IOException("download failed: " + e.getMessage(), e);
      }
    }
  }
}
