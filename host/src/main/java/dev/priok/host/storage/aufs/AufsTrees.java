package dev.priok.host.storage.aufs;

import dev.priok.host.archive.DiskWork;
import dev.priok.host.archive.RemoveTree;
import dev.priok.host.storage.DriverNotSupportedException;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.layer.DurableText;
import dev.priok.host.storage.layer.LayerFolders;
import dev.priok.host.storage.layer.LayerUse;
import dev.priok.host.storage.layer.ListLayers;
import dev.priok.host.storage.program.Tool;
import dev.priok.host.storage.tree.TreeDriver;
import dev.priok.host.storage.tree.Trees;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.FileSystems;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Branches laid over each other by aufs, in Docker's layout.
 *
 * <pre>
 *   diff/ID    what the layer changed, whiteouts as aufs makes them ({@code .wh.NAME})
 *   layers/ID  the layers below, the topmost first, a line each; the layer is there when it is
 *   mnt/ID     the mount, while somebody needs it
 *   .tmp       what is being made or removed
 * </pre>
 *
 * <p>Everything is written through a mount, so that the kernel makes the whiteouts; differences are
 * told by comparing what two mounts show.
 */
public final class AufsTrees implements Trees {
  public static final String NAME = "aufs";

  /** Where records are, in the driver's folder. */
  public static final String RECORDS = "layers";

  private static final Path KNOWN = Path.of("/proc/filesystems");
  private static final Set<String> UNFIT = Set.of("aufs", "btrfs", "ecryptfs");

  private final AufsKernel kernel;
  private final Path root;
  private final Path diff;
  private final Path layers;
  private final Path mounts;
  private final Path temporary;
  private final boolean dirperm;
  private final AtomicLong counter = new AtomicLong();

  AufsTrees(Path root, AufsKernel kernel) throws IOException {
    Branches.checkPath(root);
    this.kernel = kernel;
    this.root = root;
    this.diff = Files.createDirectories(root.resolve("diff"));
    this.layers = Files.createDirectories(root.resolve(RECORDS));
    this.mounts = Files.createDirectories(root.resolve("mnt"));
    this.temporary = Files.createDirectories(root.resolve(".tmp"));
    for (Path folder : List.of(root, diff, layers, mounts, temporary)) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x---"));
    }
    this.dirperm = takesDirperm();
  }

  /** Opens the driver below a data root, where the kernel has aufs. */
  public static StorageDriver open(Path dataRoot, Map<String, String> options) throws IOException {
    for (String option : options.keySet()) {
      throw new IOException("aufs: unknown option " + option);
    }
    Tool.find("modprobe")
        .ifPresent(modprobe -> {
          try {
            modprobe.run("-q", NAME);
          } catch (IOException e) {
            // built in, or not there: the list tells
          }
        });
    if (Files.readString(KNOWN).lines().noneMatch(line -> line.strip().endsWith(NAME))) {
      throw new DriverNotSupportedException(
          "driver not supported: AUFS was not found in " + KNOWN + " (module aufs)");
    }
    String below = FileSystems.usage(dataRoot).name();
    if (UNFIT.contains(below)) {
      throw new DriverNotSupportedException("AUFS is not supported over " + below);
    }
    return new TreeDriver(new AufsTrees(dataRoot.toRealPath().resolve(NAME), AufsKernel.REAL));
  }

  private boolean takesDirperm() throws IOException {
    Path place = temporary.resolve("dirperm-" + counter.incrementAndGet());
    RemoveTree.at(place);
    Path base = Files.createDirectories(place.resolve("base"));
    Path union = Files.createDirectories(place.resolve("union"));
    try {
      kernel.mount(union, 0, "br:" + base + ",dirperm1,xino=/dev/shm/aufs.xino");
      kernel.unmount(union);
      return true;
    } catch (IOException e) {
      return false; // an aufs of before 2014
    } finally {
      RemoveTree.at(place);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> status() {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("Root Dir", root.toString());
    try {
      rows.put("Backing Filesystem", FileSystems.usage(root).name());
      rows.put("Dirs", Integer.toString(all().size()));
    } catch (IOException e) {
      rows.put("Backing Filesystem", "<unknown>");
    }
    rows.put("Dirperm1 Supported", Boolean.toString(dirperm));
    return rows;
  }

  @Override
  public void check(Map<String, String> options) throws IOException {
    if (!options.isEmpty()) {
      throw new IOException("--storage-opt is not supported for aufs");
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
    Path place = temporary.resolve(layer.value() + "-" + counter.incrementAndGet());
    clear(place);
    Path own = Files.createDirectories(place.resolve("diff"));
    Path record = place.resolve("layers");
    try {
      if (parent == null) {
        filling.on(own);
        DurableText.write(record, "", use.isDurable());
      } else {
        likeParent(own, diff.resolve(parent.value()));
        Path union = Files.createDirectory(place.resolve("union"));
        Branches.mount(kernel, union, own, below(parent), dirperm);
        try {
          filling.on(union);
        } finally {
          unmount(union);
        }
        DurableText.write(record, recordOn(parent), use.isDurable());
      }
      RemoveTree.at(diff.resolve(layer.value())); // of a crash: it has no record
      Files.move(own, diff.resolve(layer.value()), StandardCopyOption.ATOMIC_MOVE);
      Files.move(record, layers.resolve(layer.value()), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      clear(place);
    }
  }

  /** The topmost branch's root is the root that everybody sees. */
  private static void likeParent(Path own, Path parent) throws IOException {
    try (Fd to = At.open(own, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY);
        Fd from = At.open(parent, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      FileStat stat = At.stat(from);
      At.changeOwner(to, stat.uid(), stat.gid());
      At.changeMode(to, stat.permissions());
    }
  }

  private String recordOn(LayerId parent) throws IOException {
    String above = Files.readString(layers.resolve(parent.value()));
    return parent.value() + "\n" + above;
  }

  /** Branches of a layer's own and of those below it. */
  private List<Path> below(LayerId layer) throws IOException {
    return recordOn(layer).lines().map(diff::resolve).toList();
  }

  private void clear(Path place) throws IOException {
    Path union = place.resolve("union");
    if (Files.isDirectory(union)) {
      unmount(union);
    }
    DiskWork.run(() -> RemoveTree.at(place));
  }

  private void unmount(Path target) throws IOException {
    if (kernel.isMounted(target)) {
      // pseudo-links become real ones (auplink(8)); without the program they end with the mount
      Tool.find("auplink")
          .ifPresent(auplink -> {
            try {
              auplink.run(target.toString(), "flush");
            } catch (IOException e) {
              // nothing to flush
            }
          });
    }
    while (kernel.isMounted(target) && kernel.unmount(target)) {}
  }

  @Override
  public boolean copiesEverything() {
    return false;
  }

  @Override
  public boolean exists(LayerId layer) {
    return Files.exists(layers.resolve(layer.value()));
  }

  @Override
  public Set<LayerId> all() throws IOException {
    return ListLayers.in(layers);
  }

  @Override
  public @Nullable LayerId parent(LayerId layer) throws IOException {
    List<String> lines = Files.readAllLines(layers.resolve(layer.value()));
    return lines.isEmpty() ? null : new LayerId(lines.getFirst());
  }

  private boolean isBase(LayerId layer) {
    try {
      return Files.size(layers.resolve(layer.value())) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public Path root(LayerId layer) {
    return (isBase(layer) ? diff : mounts).resolve(layer.value());
  }

  @Override
  public void show(LayerId layer) throws IOException {
    Path own = diff.resolve(layer.value());
    if (!Files.isDirectory(own)) {
      throw new NoSuchFileException("layer " + layer + " is damaged: there is no folder " + own);
    }
    LayerId parent = parent(layer);
    Path target = mounts.resolve(layer.value());
    if (parent != null && !kernel.isMounted(target)) {
      Files.createDirectories(target);
      Branches.mount(kernel, target, own, below(parent), dirperm);
    }
  }

  @Override
  public void hide(LayerId layer) throws IOException {
    Path target = mounts.resolve(layer.value());
    if (Files.isDirectory(target)) {
      unmount(target);
      Files.deleteIfExists(target);
    }
  }

  @Override
  public void remove(LayerId layer) throws IOException {
    Files.deleteIfExists(layers.resolve(layer.value()));
    Path gone = temporary.resolve(layer.value() + "-gone-" + counter.incrementAndGet());
    try {
      Files.move(diff.resolve(layer.value()), gone, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return;
    }
    DiskWork.run(() -> RemoveTree.at(gone));
  }

  @Override
  public void sweepRemains() throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(temporary)) {
      for (Path entry : entries) {
        clear(entry);
      }
    }
    for (Path folder : List.of(diff, mounts)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        for (Path entry : entries) {
          if (!Files.exists(layers.resolve(entry.getFileName()))) {
            unmount(entry);
            DiskWork.run(() -> RemoveTree.at(entry));
          }
        }
      }
    }
  }

  /** Docker tells nothing of an aufs layer; where its files are helps. */
  @Override
  public Map<String, String> details(LayerId layer) {
    return Map.of("ID", layer.value(), "Dir", diff.resolve(layer.value()).toString());
  }

  @Override
  public void close() {
    // mounts of running containers stay, and nothing else is held
  }
}
