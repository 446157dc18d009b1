package dev.priok.host.storage.overlay2;

import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.layer.LayerFolders;
import dev.priok.host.storage.layer.SizeOption;
import dev.priok.host.storage.quota.FolderLimits;
import dev.priok.host.storage.quota.SizeLimits;
import dev.priok.host.storage.stack.OverlayFeatures;
import dev.priok.host.storage.stack.OverlayProbe;
import dev.priok.host.storage.stack.StackFolder;
import dev.priok.host.storage.stack.StackedDriver;
import dev.priok.host.storage.stack.Stacking;
import dev.priok.kernel.fs.FileSystems;
import dev.priok.kernel.fs.Mounts;
import dev.priok.kernel.namespace.Namespaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Folders laid over each other by overlayfs, in Docker's layout ({@link StackFolder}). */
public final class OverlayStacking implements Stacking {
  public static final String NAME = "overlay2";

  private static final long OVERLAYFS_MAGIC = 0x794C7630L;
  private static final String DEFAULT_SIZE = "overlay2.size";
  private static final String NO_CHECK = "overlay2.override_kernel_check";

  /** The kernel takes one page of options; its last byte is a zero. */
  private static final int PAGE = 4095;

  /**
   * Layers of an image. A short name takes nine bytes of the page, upper, work and switches at most
   * 500; the kernel's own limit is 500 layers (OVL_MAX_STACK). The init layer and one more for good
   * measure come on top.
   */
  private static final int MOST_BELOW = 395;

  private final OverlayFeatures features;
  private final String backingFileSystem;
  private final FolderLimits limits;
  private final long defaultSize;

  private OverlayStacking(
      OverlayFeatures features, Path root, FolderLimits limits, long defaultSize)
      throws IOException {
    this.features = features;
    this.backingFileSystem = FileSystems.usage(root).name();
    this.limits = limits;
    this.defaultSize = defaultSize;
  }

  /** Opens the driver below a data root and shows by a real mount that it works there. */
  public static StorageDriver open(Path dataRoot, Map<String, String> options) throws IOException {
    long size = 0;
    for (Map.Entry<String, String> option : options.entrySet()) {
      if (option.getKey().equals(DEFAULT_SIZE)) {
        size = SizeOption.bytes(option.getValue());
      } else if (!option.getKey().equals(NO_CHECK)) {
        throw new IOException("overlay2: unknown option " + option.getKey());
      }
    }
    LayerFolders folders = new LayerFolders(dataRoot.resolve(NAME));
    FolderLimits limits = new FolderLimits(folders.root());
    if (size > 0 && !limits.areKept()) {
      throw new IOException(
          "Storage option overlay2.size not supported. Filesystem does not support Project Quota: "
              + SizeLimits.NOT_SUPPORTED);
    }
    OverlayFeatures features = OverlayProbe.mustWork(folders.root().resolve(".tmp"), NAME);
    return new StackedDriver(folders, new OverlayStacking(features, folders.root(), limits, size));
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
    rows.put("Using metacopy", Boolean.toString(features.metacopy()));
    rows.put("Native Overlay Diff", Boolean.toString(features.nativeDiff()));
    rows.put("userxattr", Boolean.toString(features.userAttributes()));
    return rows;
  }

  @Override
  public Map<String, String> check(Map<String, String> options) throws IOException {
    // As with Docker, where no size can be kept none is looked at.
    if (SizeOption.isAmong(options) && !limits.areKept()) {
      throw new IOException(
          "--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
    }
    long size = SizeOption.asked(options).orElse(defaultSize);
    return size > 0 ? Map.of(SizeOption.NAME, Long.toString(size)) : Map.of();
  }

  @Override
  public void limit(Path place, Map<String, String> options) throws IOException {
    limits.limit(place, options);
  }

  @Override
  public void checkDepth(int below) throws IOException {
    if (below > MOST_BELOW) {
      throw new IOException("max depth exceeded");
    }
  }

  @Override
  public void mount(StackFolder folder, Path root, List<String> lower) throws IOException {
    List<Path> lowerDirectories = new ArrayList<>();
    Path links = root.resolve(StackFolder.LINKS);
    if (!folder.isWritable()) {
      lowerDirectories.add(folder.diff());
    }
    lower.forEach(name -> lowerDirectories.add(links.resolve(name)));
    Path upper = folder.isWritable() ? folder.diff() : null;
    Path work = folder.isWritable() ? folder.work() : null;
    List<String> switches = features.switches();
    String text = Mounts.overlayOptions(lowerDirectories, upper, work, switches);
    if (text.length() <= PAGE) {
      Mounts.overlay(folder.merged(), lowerDirectories, upper, work, 0, switches);
    } else {
      mountFromLinks(folder, root, lower);
    }
  }

  /**
   * With very many layers absolute paths do not fit into the page of options: from the folder of
   * the short names a layer takes nine bytes.
   */
  private void mountFromLinks(StackFolder folder, Path root, List<String> lower)
      throws IOException {
    List<Path> lowerDirectories = new ArrayList<>();
    Path own = Path.of("..").resolve(folder.below(root));
    if (!folder.isWritable()) {
      lowerDirectories.add(own.resolve("diff"));
    }
    lower.forEach(name -> lowerDirectories.add(Path.of(name)));
    Path upper = folder.isWritable() ? own.resolve("diff") : null;
    Path work = folder.isWritable() ? own.resolve("work") : null;
    Namespaces.inDirectory(
        root.resolve(StackFolder.LINKS),
        () -> {
          Mounts.overlay(folder.merged(), lowerDirectories, upper, work, 0, features.switches());
          return true;
        });
  }

  @Override
  public boolean isMounted(Path merged) throws IOException {
    return FileSystems.isOfType(merged, OVERLAYFS_MAGIC);
  }

  @Override
  public boolean unmount(Path merged) throws IOException {
    return Mounts.unmountIfMounted(merged);
  }
}
