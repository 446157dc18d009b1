package dev.priok.host.storage.fuse;

import dev.priok.host.storage.DriverNotSupportedException;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.layer.LayerFolders;
import dev.priok.host.storage.quota.FolderLimits;
import dev.priok.host.storage.stack.StackFolder;
import dev.priok.host.storage.stack.StackedDriver;
import dev.priok.host.storage.stack.Stacking;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.fs.FileSystems;
import dev.priok.kernel.fs.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Folders laid over each other by fuse-overlayfs, one process a mount, in the layout of overlay2
 * ({@link StackFolder}). For file systems and kernels on which overlayfs cannot be mounted; slower
 * in every call of a container on its files.
 *
 * <p>The process lives as long as the mount and has nothing to do with the daemon: it goes on when
 * the daemon ends or is killed.
 */
public final class FuseStacking implements Stacking {
  public static final String NAME = "fuse-overlayfs";

  /** The magic number of every FUSE file system (linux/magic.h). */
  private static final long FUSE_MAGIC = 0x65735546L;

  /** As overlay2: an image that one of the two can run, the other can run as well. */
  private static final int MOST_BELOW = 395;

  private final Path program;
  private final FolderLimits limits;

  private FuseStacking(Path program, FolderLimits limits) {
    this.program = program;
    this.limits = limits;
  }

  /** Opens the driver below a data root, if the program and FUSE are there. */
  public static StorageDriver open(Path dataRoot, Map<String, String> options) throws IOException {
    for (String option : options.keySet()) {
      throw new IOException("fuse-overlayfs: unknown option " + option);
    }
    Path program =
        Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1))
            .filter(folder -> folder.startsWith("/"))
            .map(folder -> Path.of(folder, NAME))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() ->
                new DriverNotSupportedException(
                    "driver not supported: the program fuse-overlayfs is not installed"
                        + " (package fuse-overlayfs)"));
    if (!Files.exists(Path.of("/dev/fuse"))) {
      throw new DriverNotSupportedException(
          "driver not supported: fuse-overlayfs needs /dev/fuse (kernel module fuse)");
    }
    LayerFolders folders = new LayerFolders(dataRoot.resolve(NAME));
    return new StackedDriver(folders, new FuseStacking(program, new FolderLimits(folders.root())));
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
  public Map<String, String> check(Map<String, String> options) throws IOException {
    return limits.checked(options);
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
    // short names from the driver's own folder: two hundred layers fit into one argument
    String below =
        lower.stream().map(name -> StackFolder.LINKS + "/" + name).collect(Collectors.joining(":"));
    String own = folder.below(root).toString();
    String options =
        folder.isWritable()
            ? "lowerdir=" + below + ",upperdir=" + own + "/diff,workdir=" + own + "/work"
            : "lowerdir=" + own + "/diff:" + below;
    MountProgram.run(
        program, root, List.of("-o", options + ",dev,suid", folder.merged().toString()));
  }

  @Override
  public boolean isMounted(Path merged) throws IOException {
    try {
      return FileSystems.usage(merged).magic() == FUSE_MAGIC;
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      if (e.is(Errno.ENOTCONN)) {
        // its process was killed: the mount is dead, and another one takes its place
        Mounts.unmountIfMounted(merged);
        return false;
      }
      throw e;
    }
  }

  @Override
  public boolean unmount(Path merged) throws IOException {
    return Mounts.unmountIfMounted(merged);
  }
}
