package dev.priok.host.storage.vfs;

import dev.priok.host.archive.CopyTree;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.layer.DurableText;
import dev.priok.host.storage.layer.LayerFolders;
import dev.priok.host.storage.layer.LayerUse;
import dev.priok.host.storage.quota.FolderLimits;
import dev.priok.host.storage.tree.TreeDriver;
import dev.priok.host.storage.tree.Trees;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every layer a whole copy of its parent: slow and large, and works on every file system. Where
 * files can share blocks (FICLONE on xfs and btrfs), copies take little room.
 *
 * <pre>
 *   ID/fs      the files          ID/parent  the parent's id; - for a base
 * </pre>
 */
public final class VfsTrees implements Trees {
  public static final String NAME = "vfs";

  private static final String FILES = "fs";
  private static final String PARENT = "parent";

  private final LayerFolders folders;
  private final FolderLimits limits;

  private VfsTrees(LayerFolders folders) {
    this.folders = folders;
    this.limits = new FolderLimits(folders.root());
  }

  /** Opens the driver below a data root. */
  public static StorageDriver open(Path dataRoot, Map<String, String> options) throws IOException {
    for (String option : options.keySet()) {
      throw new IOException("vfs: unknown option " + option);
    }
    return new TreeDriver(new VfsTrees(new LayerFolders(dataRoot.resolve(NAME))));
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
          limits.limit(place, limits.checked(options)); // what it is copied from counts as well
          Path files = Files.createDirectory(place.resolve(FILES));
          try (Fd to = At.open(files, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY)) {
            if (parent != null) {
              try (Fd from = At.open(root(parent), OpenFlags.PATH | OpenFlags.DIRECTORY)) {
                CopyTree.into(from, to);
              }
            }
          }
          filling.on(files);
          DurableText.write(place.resolve(PARENT), parent == null ? "-" : parent.value(), true);
        });
  }

  @Override
  public boolean copiesEverything() {
    return true;
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

  @Override
  public Path root(LayerId layer) {
    return folders.of(layer).resolve(FILES);
  }

  @Override
  public void show(LayerId layer) {
    // the directory itself is shown; there is no mount
  }

  @Override
  public void hide(LayerId layer) {
    // likewise
  }

  @Override
  public void remove(LayerId layer) throws IOException {
    folders.remove(layer);
  }

  @Override
  public void sweepRemains() throws IOException {
    folders.sweepTemporary(place -> {});
  }

  @Override
  public Map<String, String> details(LayerId layer) {
    return Map.of("ID", layer.value(), "Dir", root(layer).toString());
  }

  @Override
  public void close() {
    // nothing is held
  }
}
