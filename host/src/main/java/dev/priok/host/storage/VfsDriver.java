package dev.priok.host.storage;

import dev.priok.host.archive.CopyTree;
import dev.priok.host.archive.DiskWork;
import dev.priok.host.archive.Pack;
import dev.priok.host.archive.PackOptions;
import dev.priok.host.archive.TarWriter;
import dev.priok.host.archive.TreeSize;
import dev.priok.host.archive.Unpack;
import dev.priok.host.archive.UnpackOptions;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.OpenFlags;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every layer a whole copy of its parent: slow and large, and works on every file system.
 *
 * <pre>
 *   ID/fs      the files          ID/parent  the parent's id; empty for a base
 * </pre>
 */
public final class VfsDriver implements StorageDriver {
  public static final String NAME = "vfs";

  private static final String FILES = "fs";
  private static final String PARENT = "parent";

  private final LayerFolders folders;
  private final Children children = new Children();
  private final LayerLocks locks = new LayerLocks();

  private VfsDriver(LayerFolders folders) throws IOException {
    this.folders = folders;
    for (LayerId layer : layers()) {
      children.add(layer, readParent(layer));
    }
  }

  static VfsDriver open(Path dataRoot, Map<String, String> options) throws IOException {
    for (String option : options.keySet()) {
      throw new IOException("vfs: unknown option " + option);
    }
    Path root = dataRoot.resolve(NAME);
    return new VfsDriver(new LayerFolders(root));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> status() {
    return Map.of();
  }

  @Override
  public void create(LayerId layer, @Nullable LayerId parent) throws IOException {
    make(layer, parent, files -> {});
  }

  @Override
  public void createWritable(LayerId layer, @Nullable LayerId parent, WritableOptions options)
      throws IOException {
    for (String option : options.options().keySet()) {
      throw new IOException("--storage-opt " + option + " is not supported by the vfs driver");
    }
    make(
        layer,
        parent,
        files -> {
          if (options.rootUid() != 0 || options.rootGid() != 0) {
            try (Fd root = At.open(files, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY)) {
              At.changeOwner(root, (int) options.rootUid(), (int) options.rootGid());
            }
          }
        });
  }

  @Override
  public LayerId init(@Nullable LayerId parent) throws IOException {
    LayerId init = InitLayer.above(parent);
    if (exists(init)) {
      return init;
    }
    try (LayerLocks.Held _ = locks.hold(parent == null ? init : parent)) {
      if (!exists(init)) {
        make(init, parent, InitLayer::fillAt);
      }
      return init;
    }
  }

  private void make(LayerId layer, @Nullable LayerId parent, LayerFolders.Work more)
      throws IOException {
    try (LayerLocks.Held _ = locks.hold(parent == null ? layer : parent)) {
      if (parent != null && !exists(parent)) {
        throw new IOException("parent layer " + parent + " does not exist");
      }
      DiskWork.run(() -> folders.create(layer, place -> fill(place, parent, more)));
      children.add(layer, parent);
    }
  }

  private void fill(Path place, @Nullable LayerId parent, LayerFolders.Work more)
      throws IOException {
    Path files = Files.createDirectory(place.resolve(FILES));
    Files.setPosixFilePermissions(files, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (Fd to = At.open(files, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY)) {
      if (parent != null) {
        try (Fd from = At.open(files(parent), OpenFlags.PATH | OpenFlags.DIRECTORY)) {
          CopyTree.into(from, to);
        }
      }
    }
    more.on(files);
    DurableText.write(place.resolve(PARENT), parent == null ? "-" : parent.value(), true);
  }

  @Override
  public long apply(LayerId layer, InputStream tar) throws IOException {
    return Unpack.into(existing(layer), tar, new UnpackOptions(new VfsWhiteouts(), false, null));
  }

  @Override
  public Path mount(LayerId layer) throws IOException {
    return existing(layer);
  }

  @Override
  public void unmount(LayerId layer) {
    // the directory itself is shown; there is no mount
  }

  @Override
  public void diff(LayerId layer, OutputStream out) throws IOException {
    Path files = existing(layer);
    LayerId parent = readParent(layer);
    DiskWork.run(() -> {
      BufferedOutputStream buffered = new BufferedOutputStream(out, 64 * 1024);
      try (TarWriter tar = new TarWriter(buffered);
          Fd top = At.open(files, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
        Pack pack = new Pack(tar, PackOptions.LAYER);
        if (parent == null) {
          pack.below(top, "");
        } else {
          changed(pack, top, VfsChanges.between(existing(parent), files));
        }
      }
    });
  }

  private static void changed(Pack pack, Fd top, List<Change> changes) throws IOException {
    for (Change change : changes) {
      String path = change.path().substring(1);
      if (change.kind() == ChangeKind.DELETED) {
        pack.whiteout(path);
        continue;
      }
      int slash = path.lastIndexOf('/');
      String parent = slash < 0 ? "" : path.substring(0, slash);
      long resolve = At.RESOLVE_BENEATH | At.RESOLVE_NO_SYMLINKS;
      int flags = OpenFlags.PATH | OpenFlags.DIRECTORY;
      try (Fd directory = At.openResolved(top, parent, flags, 0, resolve)) {
        pack.single(directory, path.substring(slash + 1), path);
      }
    }
  }

  @Override
  public List<Change> changes(LayerId layer) throws IOException {
    Path files = existing(layer);
    LayerId parent = readParent(layer);
    return DiskWork.call(() ->
        parent == null
            ? OverlayChanges.of(files, List.of())
            : VfsChanges.between(existing(parent), files));
  }

  /** What the layer adds to its parent; the copies of the parent's files are not its own. */
  @Override
  public long size(LayerId layer) throws IOException {
    LayerId parent = readParent(layer);
    long whole = TreeSize.of(existing(layer));
    return parent == null ? whole : Math.max(0, whole - TreeSize.of(existing(parent)));
  }

  @Override
  public Map<String, String> details(LayerId layer) {
    return Map.of("ID", layer.value(), "Dir", files(layer).toString());
  }

  @Override
  public void remove(LayerId layer) throws IOException {
    removeUnused(InitLayer.above(layer));
    try (LayerLocks.Held held = locks.hold(layer)) {
      if (exists(layer)) {
        children.refuseIfAny(layer);
        folders.remove(layer);
        children.remove(layer);
      }
      held.users(0);
    }
  }

  private void removeUnused(LayerId init) throws IOException {
    if (exists(init) && !children.isAny(init)) {
      remove(init);
    }
  }

  @Override
  public boolean exists(LayerId layer) {
    return Files.exists(folders.of(layer).resolve(PARENT));
  }

  @Override
  public Set<LayerId> layers() throws IOException {
    return folders.list(PARENT);
  }

  @Override
  public void sweep(Set<LayerId> known) throws IOException {
    folders.sweepTemporary(place -> {});
    Set<LayerId> unknown = new HashSet<>(layers());
    unknown.removeIf(l -> known.contains(l) || InitLayer.belongsToAny(known, l, children));
    for (LayerId layer : children.childrenFirst(unknown)) {
      try {
        children.refuseIfAny(layer);
      } catch (IOException neededByKnown) {
        continue; // a known layer's difference is told against it
      }
      remove(layer);
    }
  }

  @Override
  public void close() {
    // nothing is held
  }

  private Path files(LayerId layer) {
    return folders.of(layer).resolve(FILES);
  }

  private Path existing(LayerId layer) throws IOException {
    if (!exists(layer)) {
      throw new NoSuchFileException("layer " + layer + " does not exist");
    }
    return files(layer);
  }

  private @Nullable LayerId readParent(LayerId layer) throws IOException {
    String text = Files.readString(folders.of(layer).resolve(PARENT)).strip();
    return text.equals("-") ? null : new LayerId(text);
  }
}
