package dev.priok.engine.containers;

import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.model.id.ContainerId;
import dev.priok.model.id.Digest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells tools on this machine which layer is a container's, where Docker tells it: cAdvisor reads
 * {@code mount-id} to find the folder whose size it shows.
 *
 * <pre>
 *   image/DRIVER/layerdb/mounts/CONTAINER/mount-id  the container's layer in the driver
 *                                         init-id   the init layer below it
 *                                         parent    chain id of the image's top layer, if it has any
 * </pre>
 *
 * The daemon itself reads nothing of it, and no request waits for it: one thread writes and removes
 * in the order of the calls. What a killed daemon left undone the next one does.
 */
final class LayerMounts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LayerMounts.class);

  private final Path mounts;
  private final StorageDriver storage;
  private final Function<ContainerRecord, @Nullable Digest> chain;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("layer-mounts").factory());

  /**
   * Nothing is read or written yet.
   *
   * @param chain the chain id of a container's image; null for an image without layers
   */
  LayerMounts(
      Path dataRoot, StorageDriver storage, Function<ContainerRecord, @Nullable Digest> chain) {
    this.mounts =
        dataRoot.resolve("image").resolve(storage.name()).resolve("layerdb").resolve("mounts");
    this.storage = storage;
    this.chain = chain;
  }

  private interface Work {
    void run() throws IOException;
  }

  private void later(ContainerRecord container, Work work) {
    writer.execute(() -> {
      try {
        work.run();
      } catch (IOException | RuntimeException e) {
        // a tool is told too little or too much until the next start; the container is not touched
        LOG.warn("{} is not what it should be: {}", folder(container.id()), e.getMessage());
      }
    });
  }

  private Path folder(ContainerId id) {
    return mounts.resolve(id.value());
  }

  /** The layer was made. */
  void created(ContainerRecord container, LayerId init, @Nullable Digest top) {
    later(container, () -> write(container, init, top));
  }

  private void write(ContainerRecord container, LayerId init, @Nullable Digest top)
      throws IOException {
    Path folder = Files.createDirectories(folder(container.id()));
    Files.writeString(folder.resolve("mount-id"), container.layer().value());
    if (top != null) {
      Files.writeString(folder.resolve("parent"), top.value());
    }
    Files.writeString(folder.resolve("init-id"), init.value()); // last: says that all is there
  }

  /** The layer is gone. */
  void removed(ContainerRecord container) {
    later(container, () -> remove(folder(container.id())));
  }

  private static void remove(Path folder) throws IOException {
    for (String file : new String[] {"init-id", "mount-id", "parent"}) {
      Files.deleteIfExists(folder.resolve(file));
    }
    Files.deleteIfExists(folder);
  }

  /** Makes it right for the containers there are. */
  void restore(Collection<ContainerRecord> containers) {
    Set<String> known = new HashSet<>();
    for (ContainerRecord container : containers) {
      known.add(container.id().value());
      later(container, () -> again(container));
    }
    writer.execute(() -> {
      try {
        sweep(known);
      } catch (IOException | RuntimeException e) {
        LOG.warn("{} cannot be tidied: {}", mounts, e.getMessage());
      }
    });
  }

  private void again(ContainerRecord container) throws IOException {
    boolean written = Files.exists(folder(container.id()).resolve("init-id"));
    if (!written && storage.exists(container.layer())) {
      LayerId init = storage.parent(container.layer());
      if (init != null) {
        write(container, init, chain.apply(container));
      }
    }
  }

  private void sweep(Set<String> known) throws IOException {
    if (!Files.isDirectory(mounts)) {
      return;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(mounts)) {
      for (Path folder : folders) {
        String name = folder.getFileName().toString();
        if (name.matches("[0-9a-f]{64}") && !known.contains(name)) {
          remove(folder);
        }
      }
    }
  }

  @Override
  public void close() {
    writer.close(); // what is waiting is done first
  }
}
