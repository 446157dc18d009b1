package dev.priok.host.storage.btrfs;

import dev.priok.host.storage.DriverNotSupportedException;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.layer.DurableText;
import dev.priok.host.storage.layer.LayerFolders;
import dev.priok.host.storage.layer.LayerUse;
import dev.priok.host.storage.layer.ListLayers;
import dev.priok.host.storage.layer.SizeOption;
import dev.priok.host.storage.tree.TreeDriver;
import dev.priok.host.storage.tree.Trees;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.Btrfs;
import dev.priok.kernel.fs.FileSystems;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Every layer a subvolume, made as a snapshot of its parent's: no file is copied, whatever the
 * image holds.
 *
 * <pre>
 *   subvolumes/ID  the tree, where Docker has it    parents/ID  the parent's id; - for a base
 *   .tmp           what is being made or removed
 * </pre>
 *
 * A subvolume is made and filled in {@code .tmp}, its parent is written down, and a rename lets it
 * appear; it goes the other way round. So a record without a subvolume means nothing, and a
 * subvolume in its place always has a record.
 */
public final class BtrfsTrees implements Trees {
  public static final String NAME = "btrfs";

  private static final String LEAST = "btrfs.min_space";

  private final Path subvolumes;
  private final Path parents;
  private final Path temporary;
  private final long least;
  private final AtomicLong counter = new AtomicLong();
  private volatile boolean quotas;

  private BtrfsTrees(Path root, long least) throws IOException {
    this.subvolumes = Files.createDirectories(root.resolve("subvolumes"));
    this.parents = Files.createDirectories(root.resolve("parents"));
    this.temporary = Files.createDirectories(root.resolve(".tmp"));
    this.least = least;
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x---"));
    Files.setPosixFilePermissions(subvolumes, PosixFilePermissions.fromString("rwx--x---"));
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx------"));
  }

  /** Opens the driver below a data root, which must be on btrfs. */
  public static StorageDriver open(Path dataRoot, Map<String, String> options) throws IOException {
    long least = 0;
    for (Map.Entry<String, String> option : options.entrySet()) {
      if (!option.getKey().equals(LEAST)) {
        throw new IOException("btrfs: unknown option " + option.getKey());
      }
      least = SizeOption.bytes(option.getValue());
    }
    Path root = dataRoot.resolve(NAME);
    FileSystems.Usage below = FileSystems.usage(Files.exists(root) ? root : dataRoot);
    if (below.magic() != Btrfs.MAGIC) {
      throw new DriverNotSupportedException(
          "prerequisites for driver not satisfied (wrong filesystem?): btrfs needs its data root on"
              + " btrfs, and "
              + dataRoot
              + " is on "
              + below.name());
    }
    return new TreeDriver(new BtrfsTrees(root, least));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> status() {
    return Map.of("Btrfs", "");
  }

  @Override
  public void check(Map<String, String> options) throws IOException {
    OptionalLong asked = SizeOption.asked(options);
    if (asked.isEmpty()) {
      return;
    }
    long size = asked.getAsLong();
    if (size <= 0) {
      throw new IOException("btrfs: invalid storage size: " + SizeOption.human(size));
    }
    if (size < least) {
      throw new IOException("btrfs: storage size cannot be less than " + SizeOption.human(least));
    }
  }

  @Override
  public void make(
      LayerId layer,
      @Nullable LayerId parent,
      LayerUse use,
      Map<String, String> options,
      LayerFolders.Work filling)
      throws IOException {
    String name = layer.value() + "-" + counter.incrementAndGet();
    try (Fd place = directory(temporary);
        Fd target = directory(subvolumes)) {
      RemoveSubvolume.in(place, name);
      try {
        if (parent == null) {
          Btrfs.create(place, name);
        } else {
          try (Fd from = directory(root(parent))) {
            Btrfs.snapshot(from, place, name);
          }
        }
        limit(place, name, options);
        filling.on(temporary.resolve(name));
        Path record = parents.resolve(layer.value());
        Files.deleteIfExists(record); // of a crash
        DurableText.write(record, parent == null ? "-" : parent.value(), true);
        At.renameNew(place, name, target, layer.value());
      } catch (IOException | RuntimeException e) {
        try {
          RemoveSubvolume.in(place, name);
        } catch (IOException second) {
          e.addSuppressed(second);
        }
        throw e;
      }
    }
  }

  /** What the container may refer to, image included: that is what Docker limits here. */
  private void limit(Fd place, String name, Map<String, String> options) throws IOException {
    for (String size : options.values()) {
      if (!quotas) {
        Btrfs.enableQuota(place);
        quotas = true;
      }
      try (Fd subvolume = At.open(place, name, READ_DIRECTORY, 0)) {
        Btrfs.limitReferenced(subvolume, SizeOption.bytes(size));
      }
    }
  }

  private static final int READ_DIRECTORY =
      OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

  private static Fd directory(Path path) throws LinuxException {
    return At.open(path, READ_DIRECTORY);
  }

  @Override
  public boolean copiesEverything() {
    return false;
  }

  @Override
  public boolean exists(LayerId layer) {
    return Files.isDirectory(root(layer));
  }

  @Override
  public Set<LayerId> all() throws IOException {
    return ListLayers.in(subvolumes);
  }

  @Override
  public @Nullable LayerId parent(LayerId layer) throws IOException {
    try {
      String text = Files.readString(parents.resolve(layer.value())).strip();
      if (!text.isEmpty()) {
        return text.equals("-") ? null : new LayerId(text);
      }
    } catch (NoSuchFileException e) {
      // told below
    }
    throw new IOException("layer " + layer + " is damaged: what it stands on is not written down");
  }

  @Override
  public Path root(LayerId layer) {
    return subvolumes.resolve(layer.value());
  }

  @Override
  public void show(LayerId layer) {
    // a subvolume is seen where it is
  }

  @Override
  public void hide(LayerId layer) {
    // likewise
  }

  @Override
  public void remove(LayerId layer) throws IOException {
    String gone = layer.value() + "-gone-" + counter.incrementAndGet();
    try (Fd from = directory(subvolumes);
        Fd place = directory(temporary)) {
      try {
        At.rename(from, layer.value(), place, gone);
      } catch (LinuxException e) {
        if (e.is(Errno.ENOENT)) {
          return;
        }
        throw e;
      }
      Files.deleteIfExists(parents.resolve(layer.value()));
      RemoveSubvolume.in(place, gone);
    }
  }

  @Override
  public void sweepRemains() throws IOException {
    try (Fd place = directory(temporary);
        DirectoryStream<Path> entries = Files.newDirectoryStream(temporary)) {
      for (Path entry : entries) {
        RemoveSubvolume.in(place, entry.getFileName().toString());
      }
    }
    try (DirectoryStream<Path> records = Files.newDirectoryStream(parents)) {
      for (Path record : records) {
        if (!Files.exists(subvolumes.resolve(record.getFileName()))) {
          Files.deleteIfExists(record);
        }
      }
    }
  }

  /** Docker tells nothing of a btrfs layer; where its files are helps. */
  @Override
  public Map<String, String> details(LayerId layer) {
    return Map.of("ID", layer.value(), "Dir", root(layer).toString());
  }

  @Override
  public void close() {
    // nothing is held
  }
}
