package dev.priok.engine.storage;

import dev.priok.engine.containers.ContainerRecord;
import dev.priok.engine.images.LayerRecord;
import dev.priok.host.archive.Compression;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.StorageDriver.Change;
import dev.priok.host.storage.StorageDriver.WritableOptions;
import dev.priok.host.store.Blobs;
import dev.priok.model.id.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One layer in a second driver, and the proof that it is the same there. */
final class CopyLayers {
  private static final int PIPE = 256 * 1024;

  private final Blobs blobs;

  CopyLayers(Blobs blobs) {
    this.blobs = blobs;
  }

  /** An image layer, from the tar that its image was made of. */
  Digest image(LayerRecord layer, Map<Digest, LayerRecord> all, StorageDriver to)
      throws IOException {
    LayerRecord below = layer.parent() == null ? null : all.get(layer.parent());
    to.create(layer.layer(), below == null ? null : below.layer());
    MessageDigest hash = Digest.sha256();
    try (InputStream packed = blobs.open(layer.blob().digest());
        InputStream tar = new DigestInputStream(Compression.decompress(packed), hash)) {
      to.apply(layer.layer(), tar);
      tar.transferTo(OutputStream.nullOutputStream());
    }
    Digest found = Digest.from(hash);
    if (!found.equals(layer.diffId())) {
      throw new StorageException(
          "blob %s is damaged: it unpacks to %s, not to layer %s"
              .formatted(layer.blob().digest(), found, layer.diffId()));
    }
    return found;
  }

  /** What a container wrote, over the same image, with the same options. */
  Digest container(ContainerRecord container, StorageDriver from, StorageDriver to)
      throws IOException {
    return move(container.layer(), from, to, options(container));
  }

  /** A layer of a container's image mount. */
  Digest writable(LayerId layer, StorageDriver from, StorageDriver to) throws IOException {
    return move(layer, from, to, WritableOptions.DEFAULT);
  }

  static WritableOptions options(ContainerRecord container) {
    Map<String, String> options = container.hostConfig().storageOpt();
    return new WritableOptions(options == null ? Map.of() : options, 0, 0);
  }

  private static Digest move(
      LayerId layer, StorageDriver from, StorageDriver to, WritableOptions options)
      throws IOException {
    LayerId parent = from.parent(layer);
    LayerId base = parent != null && isInit(from, parent) ? to.init(from.parent(parent)) : parent;
    to.createWritable(layer, base, options);
    pipe(layer, from, to);
    Set<String> changed = new HashSet<>();
    for (Change change : from.changes(layer)) {
      changed.add(change.path());
    }
    Digest before = digest(layer, from, changed);
    Digest after = digest(layer, to, changed);
    if (!before.equals(after)) {
      throw new StorageException(
          "layer %s is not the same in %s (%s) and in %s (%s): nothing was removed"
              .formatted(layer, from.name(), before, to.name(), after));
    }
    return after;
  }

  static boolean isInit(StorageDriver driver, @Nullable LayerId layer) throws IOException {
    return layer != null && driver.exists(layer) && driver.isInit(layer);
  }

  private static Digest digest(LayerId layer, StorageDriver driver, Set<String> changed)
      throws IOException {
    Path root = driver.mount(layer);
    try {
      return TreeDigest.of(root, changed::contains);
    } finally {
      driver.unmount(layer);
    }
  }

  private static void pipe(LayerId layer, StorageDriver from, StorageDriver to) throws IOException {
    try (PipedInputStream in = new PipedInputStream(PIPE)) {
      PipedOutputStream out = new PipedOutputStream(in);
      CompletableFuture<@Nullable Void> writing = new CompletableFuture<>();
      Thread.ofPlatform()
          .name("diff-" + layer)
          .start(() -> {
            try (out) {
              from.diff(layer, out);
              writing.complete(null);
            } catch (IOException | RuntimeException e) {
              writing.completeExceptionally(e);
            }
          });
      to.apply(layer, in);
      writing.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }
}
