package dev.priok.host.storage.overlay;

import dev.priok.host.archive.CopyTree;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.layer.DurableText;
import dev.priok.host.storage.layer.LayerFolders;
import dev.priok.host.storage.layer.LayerUse;
import dev.priok.host.storage.quota.FolderLimits;
import dev.priok.host.storage.stack.OverlayFeatures;
import dev.priok.host.storage.stack.OverlayProbe;
import dev.priok.host.storage.tree.TreeDriver;
import dev.priok.host.storage.tree.Trees;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.FileSystems;
import dev.priok.kernel.fs.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Docker's first overlay driver: an image layer is a whole tree whose files are hard links to those
 * of its parent, so that a container needs one lower directory however many layers there are.
 *
 * <pre>
 *   an image layer       ID/root         the tree
 *   init or container    ID/lower-id     the image layer below
 *                        ID/upper        what was written; a container begins with its init layer's
 *                        ID/work         overlayfs's own
 *                        ID/merged       the mount
 *   both                 ID/parent       the parent's id; - for a base
 * </pre>
 */
public final class OverlayTrees implements Trees {
  public static final String NAME = "overlay";

  private static final long OVERLAYFS_MAGIC = 0x794C7630L;
  private static final String ROOT = "root";
  private static final String PARENT = "parent";
  private static final String LOWER = "lower-id";
  private static final int READ_DIRECTORY =
      OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

  private final LayerFolders folders;
  private final OverlayFeatures features;
  private final String backingFileSystem;
  private final FolderLimits limits;

  private OverlayTrees(LayerFolders folders, OverlayFeatures features) throws IOException {
    this.folders = folders;
    this.features = features;
    this.backingFileSystem = FileSystems.usage(folders.root()).name();
    this.limits = new FolderLimits(folders.root());
  }

  /** Opens the driver below a data root and shows by a real mount that it works there. */
  public static StorageDriver open(Path dataRoot, Map<String, String> options) throws IOException {
    for (String option : options.keySet()) {
      throw new IOException("overlay: unknown option " + option);
    }
    LayerFolders folders = new LayerFolders(dataRoot.resolve(NAME));
    OverlayFeatures features = OverlayProbe.mustWork(folders.root().resolve(".tmp"), NAME);
    return new TreeDriver(new OverlayTrees(folders, features));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> status() {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("Backing Filesystem", backingFileSystem);
    rows.put("Supports d_type", Boolean.toString(features.fileTypes()));
    return rows;
  }

  @Override
  public void check(Map<String, String> options) throws IOException {
    limits.checked(options);
  }

  @Override
  public void make(
      LayerId layer,
      @Nullable LayerId parent,
      LayerUse use,
      Map<String, String> options,
      LayerFolders.Work filling)
      throws IOException {
    folders.create(
        layer,
        place -> {
          limits.limit(place, limits.checked(options));
          if (parent == null || use == LayerUse.IMAGE) {
            tree(place, parent, filling);
          } else {
            writable(place, parent, use, filling);
          }
          String text = parent == null ? "-" : parent.value();
          DurableText.write(place.resolve(PARENT), text, use.isDurable());
          Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx--x---"));
        });
  }

  private void tree(Path place, @Nullable LayerId parent, LayerFolders.Work filling)
      throws IOException {
    Path root = Files.createDirectory(place.resolve(ROOT));
    if (parent != null) {
      try (Fd from = At.open(folders.of(parent).resolve(ROOT), READ_DIRECTORY);
          Fd to = At.open(root, READ_DIRECTORY)) {
        CopyTree.linkInto(from, to);
      }
    }
    filling.on(root);
  }

  private void writable(Path place, LayerId parent, LayerUse use, LayerFolders.Work filling)
      throws IOException {
    Path upper = Files.createDirectory(place.resolve("upper"));
    Files.createDirectory(place.resolve("work"));
    Files.createDirectory(place.resolve("merged"));
    Files.setPosixFilePermissions(upper, PosixFilePermissions.fromString("rwxr-xr-x"));
    LayerId below = parent;
    Path above = folders.of(parent);
    if (!Files.isDirectory(above.resolve(ROOT))) {
      below = lower(above);
      try (Fd from = At.open(above.resolve("upper"), READ_DIRECTORY);
          Fd to = At.open(upper, READ_DIRECTORY)) {
        CopyTree.upperInto(from, to);
      }
    }
    DurableText.write(place.resolve(LOWER), below.value(), use.isDurable());
    if (use == LayerUse.CONTAINER) {
      filling.on(upper); // its own root directory is all that changes
      return;
    }
    // through a mount: the kernel then copies the image's folders up with all that they are
    try {
      mount(place);
      filling.on(place.resolve("merged"));
    } finally {
      unmount(place);
    }
  }

  private static LayerId lower(Path folder) throws IOException {
    String text = Files.readString(folder.resolve(LOWER)).strip();
    if (text.isEmpty()) {
      throw new IOException("layer " + folder.getFileName() + " is damaged: lower-id is empty");
    }
    return new LayerId(text);
  }

  private void mount(Path folder) throws IOException {
    Mounts.overlay(
        folder.resolve("merged"),
        List.of(folders.of(lower(folder)).resolve(ROOT)),
        folder.resolve("upper"),
        folder.resolve("work"),
        0,
        features.switches());
  }

  private static void unmount(Path folder) throws IOException {
    // more than one mount may lie there after a crash between mount and record
    while (Mounts.unmountIfMounted(folder.resolve("merged"))) {}
  }

  @Override
  public boolean copiesEverything() {
    return false;
  }

  @Override
  public boolean exists(LayerId layer) {
    return Files.exists(folders.of(layer).resolve(PARENT));
  }

  @Override
  public Set<LayerId> all() throws IOException {
    return folders.list(PARENT);
  }

  @Override
  public @Nullable LayerId parent(LayerId layer) throws IOException {
    String text = Files.readString(folders.of(layer).resolve(PARENT)).strip();
    if (text.isEmpty()) {
      throw new IOException("layer " + layer + " is damaged: its parent is empty");
    }
    return text.equals("-") ? null : new LayerId(text);
  }

  private boolean isTree(LayerId layer) {
    return !Files.exists(folders.of(layer).resolve(LOWER));
  }

  @Override
  public Path root(LayerId layer) {
    return folders.of(layer).resolve(isTree(layer) ? ROOT : "merged");
  }

  @Override
  public void show(LayerId layer) throws IOException {
    if (!isTree(layer) && !isMounted(layer)) {
      Files.createDirectories(root(layer));
      mount(folders.of(layer));
    }
  }

  private boolean isMounted(LayerId layer) throws IOException {
    return FileSystems.isOfType(root(layer), OVERLAYFS_MAGIC);
  }

  @Override
  public void hide(LayerId layer) throws IOException {
    if (!isTree(layer)) {
      unmount(folders.of(layer));
    }
  }

  @Override
  public void remove(LayerId layer) throws IOException {
    folders.remove(layer);
  }

  @Override
  public void sweepRemains() throws IOException {
    folders.sweepTemporary(OverlayTrees::unmount);
  }

  @Override
  public Map<String, String> details(LayerId layer) {
    Path folder = folders.of(layer);
    if (isTree(layer)) {
      return Map.of("RootDir", folder.resolve(ROOT).toString());
    }
    Map<String, String> result = new LinkedHashMap<>();
    try {
      result.put("LowerDir", folders.of(lower(folder)).resolve(ROOT).toString());
    } catch (IOException e) {
      result.put("Error", String.valueOf(e.getMessage()));
    }
    result.put("MergedDir", folder.resolve("merged").toString());
    result.put("UpperDir", folder.resolve("upper").toString());
    result.put("WorkDir", folder.resolve("work").toString());
    return result;
  }

  @Override
  public void close() {
    // mounts of running containers stay, and nothing else is held
  }
}
