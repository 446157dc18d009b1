package dev.priok.engine.containers;

import dev.priok.host.storage.LayerId;
import dev.priok.model.id.ContainerId;
import dev.priok.model.id.Digest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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
 * The daemon itself reads nothing of it: what a crash leaves here is made or removed at the next
 * start, and nothing waits for the disk.
 */
final class LayerMounts {
  private final Path mounts;

  LayerMounts(Path dataRoot, String driver) {
    this.mounts = dataRoot.resolve("image").resolve(driver).resolve("layerdb/mounts");
  }

  void write(ContainerId container, LayerId layer, LayerId init, @Nullable Digest chain)
      throws IOException {
    Path folder = mounts.resolve(container.value());
    try {
      Files.createDirectory(folder);
    } catch (NoSuchFileException e) {
      Files.createDirectories(folder);
    }
    Files.writeString(folder.resolve("mount-id"), layer.value());
    Files.writeString(folder.resolve("init-id"), init.value());
    if (chain != null) {
      Files.writeString(folder.resolve("parent"), chain.value());
    }
  }

  void remove(ContainerId container) throws IOException {
    Path folder = mounts.resolve(container.value());
    for (String file : new String[] {"mount-id", "init-id", "parent"}) {
      Files.deleteIfExists(folder.resolve(file));
    }
    Files.deleteIfExists(folder);
  }


  /** Removes what belongs to no container. */
  void sweep(Predicate<ContainerId> known) throws IOException {
    if (!Files.isDirectory(mounts)) {
      return;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(mounts)) {
      for (Path folder : folders) {
        String name = folder.getFileName().toString();
        if (name.matches("[0-9a-f]{64}") && !known.test(new ContainerId(name))) {
          remove(new ContainerId(name));
        }
      }
    }
  }
}
