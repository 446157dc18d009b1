package dev.priok.host.storage.zfs;

import dev.priok.host.archive.DiskWork;
import dev.priok.host.storage.DriverNotSupportedException;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.layer.LayerFolders;
import dev.priok.host.storage.layer.LayerRecords;
import dev.priok.host.storage.layer.LayerUse;
import dev.priok.host.storage.layer.SizeOption;
import dev.priok.host.storage.program.Tool;
import dev.priok.host.storage.program.ToolException;
import dev.priok.host.storage.tree.TreeDriver;
import dev.priok.host.storage.tree.Trees;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.fs.FileSystems;
import dev.priok.kernel.fs.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every layer a ZFS file system, made as a clone of its parent's: no file is copied, whatever the
 * image holds.
 *
 * <pre>
 *   FSNAME/ID   the file system: the data root's, or that of zfs.fsname
 *   graph/ID    where it is mounted while somebody needs it, as Docker has it
 *   layers/ID   the record: the parent's id
 * </pre>
 *
 * A layer is there when its record is. The file system is made before and removed after it; one of
 * ours that has no record is what a crash left.
 */
public final class ZfsTrees implements Trees {
  public static final String NAME = "zfs";

  /** Where records are, in the driver's folder. */
  public static final String RECORDS = "layers";

  private static final Logger LOG = LoggerFactory.getLogger(ZfsTrees.class);
  private static final String FILE_SYSTEM = "zfs.fsname";
  private static final Path DEVICE = Path.of("/dev/zfs");
  private static final long MAGIC = 0x2FC12FC1L;
  private static final String PREREQUISITES =
      "prerequisites for driver not satisfied (wrong filesystem?)";

  private final Zfs zfs;
  private final Tool zpool;
  private final Path graph;
  private final LayerRecords<ZfsLayer> records;

  /** What is written down of a layer. */
  record ZfsLayer(@Nullable String parent) {}

  private ZfsTrees(Zfs zfs, Tool zpool, Path root) throws IOException {
    this.zfs = zfs;
    this.zpool = zpool;
    this.records = new LayerRecords<>(root, RECORDS, ZfsLayer.class);
    this.graph = Files.createDirectories(root.resolve("graph"));
  }

  /** Opens the driver below a data root, on ZFS or with the name of a file system given. */
  public static StorageDriver open(Path dataRoot, Map<String, String> options) throws IOException {
    String name = null;
    for (Map.Entry<String, String> option : options.entrySet()) {
      if (!option.getKey().equals(FILE_SYSTEM)) {
        throw new IOException("Unknown option " + option.getKey());
      }
      name = option.getValue();
    }
    Tool program =
        Tool.find("zfs")
            .orElseThrow(() ->
                new DriverNotSupportedException(
                    PREREQUISITES + ": the program zfs is not installed (package zfsutils-linux)"));
    Tool pools = Tool.mustFind("zpool", "zfsutils-linux");
    if (!Files.isReadable(DEVICE)) {
      throw new DriverNotSupportedException(
          PREREQUISITES + ": the kernel has no ZFS: /dev/zfs is missing (module zfs)");
    }
    if (name == null || name.isEmpty()) {
      name = ofDataRoot(dataRoot);
    }
    Path root = dataRoot.resolve(NAME);
    Zfs zfs = new Zfs(program, name, root.toAbsolutePath() + "/");
    try {
      String type = zfs.properties("type").getOrDefault("type", "");
      if (!type.equals("filesystem")) {
        throw new IOException(
            "Cannot find root filesystem " + name + ": it is a " + type + " and no file system");
      }
    } catch (ToolException e) {
      throw new IOException("Cannot find root filesystem " + name + ": " + e.said(), e);
    }
    return new TreeDriver(new ZfsTrees(zfs, pools, root));
  }

  private static String ofDataRoot(Path dataRoot) throws IOException {
    FileSystems.Usage below = FileSystems.usage(dataRoot);
    if (below.magic() != MAGIC) {
      throw new DriverNotSupportedException(
          PREREQUISITES
              + ": zfs needs its data root on ZFS or zfs.fsname, and "
              + dataRoot
              + " is on "
              + below.name());
    }
    return Zfs.holding(dataRoot)
        .orElseThrow(() ->
            new IOException(
                "Failed to find zfs dataset mounted on '" + dataRoot + "' in /proc/mounts"));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> status() {
    Map<String, String> rows = new LinkedHashMap<>();
    String pool = zfs.root().split("/", 2)[0];
    try {
      String health = zpool.run("list", "-H", "-o", "health", pool).strip();
      rows.put("Zpool", pool);
      rows.put("Zpool Health", health);
    } catch (IOException e) {
      rows.put("Zpool", "error while getting pool information " + e.getMessage());
      rows.put("Zpool Health", "not available");
    }
    rows.put("Parent Dataset", zfs.root());
    try {
      Map<String, String> facts = zfs.properties("used", "available", "quota", "compression");
      String quota = facts.getOrDefault("quota", "0");
      rows.put("Space Used By Parent", facts.getOrDefault("used", ""));
      rows.put("Space Available", facts.getOrDefault("available", ""));
      rows.put("Parent Quota", quota.equals("0") ? "no" : quota);
      rows.put("Compression", facts.getOrDefault("compression", ""));
    } catch (IOException e) {
      LOG.warn("the properties of {} cannot be read", zfs.root(), e);
    }
    return rows;
  }

  @Override
  public void check(Map<String, String> options) throws IOException {
    SizeOption.asked(options);
  }

  @Override
  public void make(
      LayerId layer,
      @Nullable LayerId parent,
      LayerUse use,
      Map<String, String> options,
      LayerFolders.Work filling)
      throws IOException {
    long quota = SizeOption.asked(options).orElse(0);
    var record =
        records.begin(layer, new ZfsLayer(parent == null ? null : parent.value()), use.isDurable());
    try {
      makeFileSystem(layer, parent, quota);
      show(layer);
      try {
        filling.on(root(layer));
      } finally {
        hide(layer);
      }
      records.appear(record, use.isDurable());
    } catch (IOException | RuntimeException e) {
      try {
        hide(layer);
        zfs.destroy(layer.value());
        records.forget(record);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private void makeFileSystem(LayerId layer, @Nullable LayerId parent, long quota)
      throws IOException {
    try {
      copyOrCreate(layer, parent, quota);
    } catch (ToolException e) {
      // Ours and without a record: what a crash left, or somebody removed the record.
      if (!e.said().contains("already exists") || !zfs.ours().contains(layer.value())) {
        throw e;
      }
      hide(layer);
      zfs.destroy(layer.value());
      copyOrCreate(layer, parent, quota);
    }
  }

  private void copyOrCreate(LayerId layer, @Nullable LayerId parent, long quota)
      throws IOException {
    if (parent == null) {
      zfs.create(layer.value(), quota);
    } else {
      zfs.copy(parent.value(), layer.value(), quota);
    }
  }

  @Override
  public boolean copiesEverything() {
    return false;
  }

  @Override
  public boolean exists(LayerId layer) {
    return records.exists(layer);
  }

  @Override
  public Set<LayerId> all() throws IOException {
    return records.all();
  }

  @Override
  public @Nullable LayerId parent(LayerId layer) throws IOException {
    String parent = records.read(layer).parent();
    return parent == null ? null : new LayerId(parent);
  }

  @Override
  public Path root(LayerId layer) {
    return graph.resolve(layer.value());
  }

  @Override
  public void show(LayerId layer) throws IOException {
    Path place = root(layer);
    if (Mounts.isMountPoint(place)) {
      return;
    }
    Files.createDirectories(place);
    try {
      DiskWork.run(() -> Mounts.mount(zfs.dataset(layer.value()), place, NAME, 0, null));
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT)) {
        throw new IOException(
            "layer "
                + layer
                + " is damaged: there is no ZFS file system "
                + zfs.dataset(layer.value()),
            e);
      }
      throw new IOException("error creating zfs mount: " + e.getMessage(), e);
    }
  }

  @Override
  public void hide(LayerId layer) throws IOException {
    Path place = root(layer);
    while (Mounts.isMountPoint(place)) {
      DiskWork.run(() -> Mounts.unmountIfMounted(place));
    }
    Files.deleteIfExists(place);
  }

  @Override
  public void remove(LayerId layer) throws IOException {
    var record = records.withdraw(layer);
    try {
      zfs.destroy(layer.value());
    } catch (IOException e) {
      records.putBack(record);
      throw e;
    }
    records.forget(record);
  }

  @Override
  public void sweepRemains() throws IOException {
    for (var record : records.remains()) {
      records.forget(record); // what it stood for is found by its property
    }
    List<String> strays = new ArrayList<>(zfs.ours());
    strays.removeIf(name -> exists(new LayerId(name)));
    for (String name : strays) {
      hide(new LayerId(name));
    }
    destroyChildrenFirst(strays);
  }

  /** Those that others were cloned from can go when these are gone. */
  private void destroyChildrenFirst(List<String> strays) throws IOException {
    while (!strays.isEmpty()) {
      List<String> left = new ArrayList<>();
      for (String name : strays) {
        try {
          zfs.destroy(name);
        } catch (ToolException e) {
          LOG.info("{}", e.getMessage());
          left.add(name);
        }
      }
      if (left.size() == strays.size()) {
        LOG.warn("left for now, as layers stand on them: {}", left);
        return;
      }
      strays = left;
    }
  }

  @Override
  public Map<String, String> details(LayerId layer) {
    return Map.of("Dataset", zfs.dataset(layer.value()), "Mountpoint", root(layer).toString());
  }

  @Override
  public void close() {
    // nothing is held
  }
}
