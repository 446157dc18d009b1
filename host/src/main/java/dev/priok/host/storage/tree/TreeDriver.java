package dev.priok.host.storage.tree;

import dev.priok.host.archive.DiskWork;
import dev.priok.host.archive.Pack;
import dev.priok.host.archive.PackOptions;
import dev.priok.host.archive.TarWriter;
import dev.priok.host.archive.Unpack;
import dev.priok.host.archive.UnpackOptions;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.layer.Children;
import dev.priok.host.storage.layer.InitLayer;
import dev.priok.host.storage.layer.LayerFolders;
import dev.priok.host.storage.layer.LayerLocks;
import dev.priok.host.storage.layer.LayerUse;
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

/** Every layer a whole tree that began as its parent's copy; differences are told by comparing. */
public final class TreeDriver implements StorageDriver {
  private final Trees trees;
  private final Children children = new Children();
  private final LayerLocks locks = new LayerLocks();

  public TreeDriver(Trees trees) throws IOException {
    this.trees = trees;
    for (LayerId layer : layers()) {
      children.add(layer, trees.parent(layer));
    }
  }

  @Override
  public String name() {
    return trees.name();
  }

  @Override
  public Map<String, String> status() {
    return trees.status();
  }

  @Override
  public @Nullable LayerId parent(LayerId layer) throws IOException {
    existing(layer);
    return trees.parent(layer);
  }

  @Override
  public boolean isInit(LayerId layer) throws IOException {
    return layer.equals(InitLayer.above(parent(layer)));
  }

  @Override
  public boolean copiesWholeTrees() {
    return trees.copiesEverything();
  }

  @Override
  public Path place(LayerId layer) {
    return trees.root(layer);
  }

  @Override
  public void create(LayerId layer, @Nullable LayerId parent) throws IOException {
    make(layer, parent, LayerUse.IMAGE, Map.of(), root -> {});
  }

  @Override
  public void createWritable(LayerId layer, @Nullable LayerId parent, WritableOptions options)
      throws IOException {
    trees.check(options.options());
    make(
        layer,
        parent,
        LayerUse.CONTAINER,
        options.options(),
        root -> {
          if (options.rootUid() != 0 || options.rootGid() != 0) {
            try (Fd directory = At.open(root, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY)) {
              At.changeOwner(directory, (int) options.rootUid(), (int) options.rootGid());
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
        make(init, parent, LayerUse.INIT, Map.of(), InitLayer::fillAt);
      }
      return init;
    }
  }

  private void make(
      LayerId layer,
      @Nullable LayerId parent,
      LayerUse use,
      Map<String, String> options,
      LayerFolders.Work filling)
      throws IOException {
    try (LayerLocks.Held _ = locks.hold(parent == null ? layer : parent)) {
      if (parent != null && !exists(parent)) {
        throw new IOException("parent layer " + parent + " does not exist");
      }
      if (exists(layer)) {
        throw new IOException("layer " + layer + " exists already");
      }
      LayerFolders.Work work =
          root -> {
            if (parent == null) {
              Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            filling.on(root);
          };
      DiskWork.run(() -> trees.make(layer, parent, use, options, work));
      children.add(layer, parent);
    }
  }

  @Override
  public long apply(LayerId layer, InputStream tar) throws IOException {
    return shown(
        layer, root -> Unpack.into(root, tar, new UnpackOptions(new TreeWhiteouts(), false, null)));
  }

  @Override
  public Path mount(LayerId layer) throws IOException {
    try (LayerLocks.Held held = locks.hold(layer)) {
      existing(layer);
      trees.show(layer); // each time: a restart forgets the count, and somebody may have unmounted
      held.users(held.users() + 1);
      return trees.root(layer);
    }
  }

  @Override
  public void unmount(LayerId layer) throws IOException {
    try (LayerLocks.Held held = locks.hold(layer)) {
      int users = held.users() - 1;
      held.users(users);
      if (users <= 0 && exists(layer)) {
        trees.hide(layer);
      }
    }
  }

  private interface Look<T> {
    T at(Path root) throws IOException;
  }

  private <T> T shown(LayerId layer, Look<T> look) throws IOException {
    Path root = mount(layer);
    try {
      return look.at(root);
    } finally {
      unmount(layer);
    }
  }

  /** Shows a layer and what it stands on; null for the parent of a base. */
  private <T> T compared(LayerId layer, Comparison<T> comparison) throws IOException {
    LayerId parent = parent(layer);
    return shown(
        layer,
        now ->
            parent == null
                ? comparison.between(null, now)
                : shown(parent, before -> comparison.between(before, now)));
  }

  private interface Comparison<T> {
    T between(@Nullable Path before, Path now) throws IOException;
  }

  @Override
  public void diff(LayerId layer, OutputStream out) throws IOException {
    compared(
        layer,
        (before, now) ->
            DiskWork.call(() -> {
              BufferedOutputStream buffered = new BufferedOutputStream(out, 64 * 1024);
              try (TarWriter tar = new TarWriter(buffered);
                  Fd top = At.open(now, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
                Pack pack = new Pack(tar, PackOptions.LAYER);
                if (before == null) {
                  pack.below(top, "");
                } else {
                  PackChanges.into(pack, top, TreeChanges.between(before, now));
                }
              }
              return true;
            }));
  }

  @Override
  public List<Change> changes(LayerId layer) throws IOException {
    return compared(layer, (before, now) -> DiskWork.call(() -> TreeChanges.between(before, now)));
  }

  /** What the layer adds to its parent; the copies of the parent's files are not its own. */
  @Override
  public long size(LayerId layer) throws IOException {
    return compared(
        layer,
        (before, now) ->
            DiskWork.call(() -> ChangedSize.of(now, TreeChanges.between(before, now))));
  }

  @Override
  public Map<String, String> details(LayerId layer) {
    return trees.details(layer);
  }

  @Override
  public void remove(LayerId layer) throws IOException {
    LayerId init = InitLayer.above(layer);
    if (exists(init) && !children.isAny(init)) {
      remove(init);
    }
    try (LayerLocks.Held held = locks.hold(layer)) {
      if (exists(layer)) {
        children.refuseIfAny(layer);
        DiskWork.run(() -> {
          trees.hide(layer);
          trees.remove(layer);
        });
        children.remove(layer);
      }
      held.users(0);
    }
  }

  @Override
  public boolean exists(LayerId layer) {
    return trees.exists(layer);
  }

  @Override
  public Set<LayerId> layers() throws IOException {
    return trees.all();
  }

  @Override
  public void sweep(Set<LayerId> known) throws IOException {
    DiskWork.run(trees::sweepRemains);
    Set<LayerId> unknown = new HashSet<>(layers());
    unknown.removeIf(l -> known.contains(l) || InitLayer.belongsToAny(known, l, children));
    for (LayerId layer : children.childrenFirst(unknown)) {
      if (!children.isAny(layer)) { // else a known layer's difference is told against it
        remove(layer);
      }
    }
  }

  @Override
  public void close() {
    trees.close();
  }

  private void existing(LayerId layer) throws IOException {
    if (!exists(layer)) {
      throw new NoSuchFileException("layer " + layer + " does not exist");
    }
  }
}
