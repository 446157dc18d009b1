package dev.priok.host.storage.layer;

import dev.priok.host.archive.DiskWork;
import dev.priok.host.archive.RemoveTree;
import dev.priok.host.storage.LayerId;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.InodeFlags;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A driver's folders, one a layer, that come and go whole: a folder is filled under {@code .tmp}
 * and appears by a rename; before it is emptied it is renamed away. Whatever a crash leaves lies in
 * {@code .tmp}.
 */
public final class LayerFolders {
  /** What a container that wrote nothing has is gone before another thread would have begun. */
  private static final int FEW = 12;

  private final Path root;
  private final Path temporary;
  private final AtomicLong counter = new AtomicLong();

  public LayerFolders(Path root) throws IOException {
    this.root = root;
    this.temporary = root.resolve(".tmp");
    Files.createDirectories(temporary);
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x---"));
    spread();
  }

  /** Layers are made in {@code .tmp}, and one has nothing to do with the next (decision 34). */
  private void spread() throws IOException {
    try (Fd folder = At.open(temporary, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY)) {
      InodeFlags.spreadChildren(folder);
    }
  }

  public Path root() {
    return root;
  }

  public Path of(LayerId layer) {
    return root.resolve(layer.value());
  }

  public boolean exists(LayerId layer) {
    return Files.isDirectory(of(layer));
  }

  /** Fills a folder and lets it appear. */
  public void create(LayerId layer, Work filling) throws IOException {
    if (exists(layer)) {
      throw new IOException("layer " + layer + " exists already");
    }
    Path place = temporary.resolve(layer.value() + "-" + counter.incrementAndGet());
    RemoveTree.at(place);
    Files.createDirectory(place);
    try {
      filling.on(place);
      try (Fd from = At.open(temporary, OpenFlags.PATH | OpenFlags.DIRECTORY);
          Fd to = At.open(root, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
        At.renameNew(from, place.getFileName().toString(), to, layer.value());
      }
    } catch (IOException | RuntimeException e) {
      try {
        RemoveTree.at(place);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  /** Takes a folder away; it is gone when the rename is done. */
  public void remove(LayerId layer) throws IOException {
    Path place = temporary.resolve(layer.value() + "-gone-" + counter.incrementAndGet());
    try {
      Files.move(of(layer), place);
    } catch (NoSuchFileException e) {
      return;
    }
    if (!RemoveTree.few(place, FEW)) {
      DiskWork.run(() -> RemoveTree.at(place));
    }
  }

  /** The layers there are; other folders of the driver do not have {@code mark} inside. */
  public Set<LayerId> list(String mark) throws IOException {
    Set<LayerId> result = new TreeSet<>(java.util.Comparator.comparing(LayerId::value));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.startsWith(".") && Files.exists(entry.resolve(mark))) {
          result.add(new LayerId(name));
        }
      }
    }
    return result;
  }

  /**
   * Removes what a crash left half-made or half-removed.
   *
   * @param release frees a folder of what keeps it from being removed, a mount for one
   */
  public void sweepTemporary(Work release) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(temporary)) {
      for (Path entry : entries) {
        release.on(entry);
        DiskWork.run(() -> RemoveTree.at(entry));
      }
    }
  }

  /** Work on a folder in its temporary place. */
  public interface Work {
    void on(Path folder) throws IOException;
  }
}
