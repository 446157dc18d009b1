package dev.priok.host.storage.devicemapper;

import dev.priok.host.archive.DiskWork;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.layer.DurableText;
import dev.priok.host.storage.layer.LayerFolders;
import dev.priok.host.storage.layer.LayerRecords;
import dev.priok.host.storage.layer.LayerRecords.Passing;
import dev.priok.host.storage.layer.LayerUse;
import dev.priok.host.storage.layer.SizeOption;
import dev.priok.host.storage.tree.Trees;
import dev.priok.kernel.block.DeviceMapper;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.fs.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every layer a thin device with a file system of its own, made as a snapshot of its parent's: no
 * file is copied. A device is a block device, and its tree is seen, only while somebody needs it.
 *
 * <pre>
 *   devicemapper/{data,metadata}   the pool, where it has no devices of its own
 *   base           what the empty file system is like, of which everything is a snapshot
 *   layers/ID      the record: number, size, parent       mnt/ID/rootfs   the tree
 *   .tmp           records of what is being made or removed
 * </pre>
 *
 * <p>What is written down when, so that a kill between any two steps leaves nothing: a number in
 * {@code .tmp}; the snapshot of that number; the pool's next transaction; the tree; the record in
 * its place. It goes the other way round. At the start whatever number is in {@code .tmp} is taken
 * out of the pool.
 */
final class DevicemapperTrees implements Trees {
  static final String RECORDS = "layers";

  private static final Logger LOG = LoggerFactory.getLogger(DevicemapperTrees.class);
  private static final int MOST_DEVICES = 1 << 24;

  private final Path mounts;
  private final DeviceMapper mapper;
  private final ThinPool pool;
  private final ThinDevices devices;
  private final PoolOptions options;
  private final BaseDevice.Facts base;
  private final DeviceFileSystem system;
  private final LayerRecords<ThinLayer> records;

  /** Held while the pool is told something: its numbers and its transactions. */
  private final ReentrantLock poolLock = new ReentrantLock();

  private final BitSet taken = new BitSet();

  /** Removed, but busy at the time: their blocks are still to be freed. */
  private final Queue<Passing<ThinLayer>> deferred = new ConcurrentLinkedQueue<>();

  DevicemapperTrees(
      Path root, DeviceMapper mapper, ThinPool pool, ThinDevices devices, PoolOptions options)
      throws IOException {
    this.mapper = mapper;
    this.pool = pool;
    this.devices = devices;
    this.options = options;
    this.records = new LayerRecords<>(root, RECORDS, ThinLayer.class);
    this.mounts = Files.createDirectories(root.resolve("mnt"));
    this.base = new BaseDevice(root, pool, devices, options).open();
    this.system = new DeviceFileSystem(base.fileSystem(), options);
    taken.set(0, BaseDevice.ID + 1);
    long transaction = pool.state().transaction();
    for (LayerId layer : records.all()) {
      ThinLayer content = records.read(layer);
      taken.set(content.deviceId());
      devices.resumeIfSuspended(devices.name(layer.value()));
      if (content.transactionId() > transaction) {
        throw new IOException(
            "devmapper: the thin pool "
                + pool.name()
                + " is older than its layers (transaction "
                + transaction
                + ", layer "
                + layer
                + " is of "
                + content.transactionId()
                + "): it is another pool, or was restored");
      }
    }
    for (Passing<ThinLayer> passing : records.remains()) {
      ThinLayer content = passing.content();
      if (content != null) {
        taken.set(content.deviceId());
      }
    }
  }

  @Override
  public String name() {
    return DevicemapperDriver.NAME;
  }

  @Override
  public Map<String, String> status() {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("Pool Name", pool.name());
    try {
      rows.put("Pool Blocksize", SizeOption.human(pool.state().blockSize()));
      rows.put("Base Device Size", SizeOption.human(base.size()));
      rows.put("Backing Filesystem", base.fileSystem());
      rows.put("Udev Sync Supported", Boolean.toString(DevicemapperDriver.kernelMakesNodes()));
      rows.putAll(pool.rows(options));
      rows.put("Deferred Deleted Device Count", Integer.toString(deferred.size()));
      rows.put("Driver Version", mapper.version());
    } catch (IOException e) {
      LOG.warn("the state of the pool cannot be told", e);
      rows.put("Pool Error", String.valueOf(e.getMessage()));
    }
    return rows;
  }

  @Override
  public void check(Map<String, String> wishes) throws IOException {
    SizeOption.asked(wishes);
  }

  @Override
  public void make(
      LayerId layer,
      @Nullable LayerId parent,
      LayerUse use,
      Map<String, String> wishes,
      LayerFolders.Work filling)
      throws IOException {
    ThinLayer origin = parent == null ? null : records.read(parent);
    long from = origin == null ? base.size() : origin.size();
    long asked = SizeOption.asked(wishes).orElse(0);
    long size = asked == 0 ? from : asked;
    if (size < from) {
      throw new IOException(
          "devmapper: Container size cannot be smaller than " + SizeOption.human(from));
    }
    Passing<ThinLayer> record = snapshot(layer, parent, origin, size);
    try {
      showPassing(layer, content(record), size > from);
      try {
        Path root = root(layer);
        if (parent == null) {
          Files.createDirectory(root);
        }
        Path id = root.resolveSibling("id");
        Files.deleteIfExists(id);
        DurableText.write(id, layer.value(), false);
        filling.on(root);
      } finally {
        hide(layer);
      }
      records.appear(record, true);
    } catch (IOException | RuntimeException e) {
      try {
        hide(layer);
        erase(record);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private static ThinLayer content(Passing<ThinLayer> record) throws IOException {
    ThinLayer content = record.content();
    if (content == null) {
      throw new IOException("layer " + record.layer() + " is damaged");
    }
    return content;
  }

  /** A number, written down; then the snapshot; then the pool's transaction. */
  private Passing<ThinLayer> snapshot(
      LayerId layer, @Nullable LayerId parent, @Nullable ThinLayer origin, long size)
      throws IOException {
    poolLock.lock();
    try {
      retryDeferred();
      pool.mustHaveRoom();
      long transaction = pool.state().transaction();
      int from = origin == null ? BaseDevice.ID : origin.deviceId();
      for (int id = taken.nextClearBit(0); id < MOST_DEVICES; id = taken.nextClearBit(id + 1)) {
        ThinLayer content =
            new ThinLayer(id, size, transaction + 1, parent == null ? null : parent.value());
        Passing<ThinLayer> record = records.begin(layer, content, true);
        boolean[] made = new boolean[1];
        try {
          int number = id;
          devices.still(
              devices.name(parent == null ? "base." : parent.value()),
              () -> made[0] = pool.snapshot(number, from));
          if (made[0]) {
            taken.set(id);
            pool.advance(transaction);
            return record;
          }
        } catch (IOException e) {
          if (made[0]) {
            pool.delete(id);
          }
          records.forget(record);
          taken.clear(id);
          throw e;
        }
        records.forget(record);
        taken.set(id); // somebody else's, or of a record that was lost
      }
      throw new IOException("devmapper: the thin pool has no number left");
    } finally {
      poolLock.unlock();
    }
  }

  private void erase(Passing<ThinLayer> record) throws IOException {
    ThinLayer content = record.content();
    if (content != null) {
      poolLock.lock();
      try {
        pool.delete(content.deviceId());
        records.forget(record);
        taken.clear(content.deviceId());
      } finally {
        poolLock.unlock();
      }
    } else {
      records.forget(record);
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

  private Path place(LayerId layer) {
    return mounts.resolve(layer.value());
  }

  @Override
  public Path root(LayerId layer) {
    return place(layer).resolve("rootfs");
  }

  @Override
  public void show(LayerId layer) throws IOException {
    Path place = place(layer);
    if (Mounts.isMountPoint(place)) {
      return;
    }
    DiskWork.run(() -> showPassing(layer, records.read(layer), false));
  }

  private void showPassing(LayerId layer, ThinLayer content, boolean grow) throws IOException {
    Path place = place(layer);
    Files.createDirectories(place);
    String name = devices.name(layer.value());
    Path device = devices.activate(name, content.deviceId(), content.size());
    try {
      system.mount(device, place);
      if (grow) {
        system.grow(device, place);
      }
    } catch (IOException e) {
      try {
        hide(layer);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  @Override
  public void hide(LayerId layer) throws IOException {
    DiskWork.run(() -> hideNow(layer));
  }

  private void hideNow(LayerId layer) throws IOException {
    Path place = place(layer);
    IOException lost = null;
    while (Mounts.isMountPoint(place)) {
      try {
        system.unmount(place);
      } catch (IOException e) {
        lost = e;
      }
    }
    // ends mounts of it in other name spaces too, which would keep the device
    Files.deleteIfExists(place);
    devices.deactivate(devices.name(layer.value()), options.deferredRemoval);
    if (lost != null) {
      throw lost;
    }
  }

  @Override
  public void remove(LayerId layer) throws IOException {
    Passing<ThinLayer> record = records.withdraw(layer);
    ThinLayer content = record.content();
    if (options.discard && content != null) {
      String name = devices.name(layer.value());
      devices.discard(name, content.deviceId(), content.size());
      devices.deactivate(name, options.deferredRemoval);
    }
    try {
      erase(record);
    } catch (LinuxException e) {
      if (e.is(Errno.EBUSY)) {
        deferred.add(record); // its blocks come back when somebody let go of it
        return;
      }
      records.putBack(record);
      throw new IOException("failed to remove device " + layer + ": " + e.getMessage(), e);
    }
  }

  /** Whoever had them open may have let go. */
  private void retryDeferred() throws IOException {
    List<Passing<ThinLayer>> waiting = new ArrayList<>();
    for (Passing<ThinLayer> next = deferred.poll(); next != null; next = deferred.poll()) {
      waiting.add(next);
    }
    for (Passing<ThinLayer> record : waiting) {
      try {
        erase(record);
      } catch (LinuxException e) {
        deferred.add(record);
      }
    }
  }

  @Override
  public void sweepRemains() throws IOException {
    List<Passing<ThinLayer>> remains = new ArrayList<>(records.remains());
    for (Passing<ThinLayer> record : remains) {
      if (!exists(record.layer())) {
        try {
          hide(record.layer());
        } catch (IOException e) {
          LOG.warn("layer {}, which was being made or removed: {}", record.layer(), e.getMessage());
        }
      }
      try {
        erase(record);
      } catch (LinuxException e) {
        LOG.warn("device of {} is still busy", record.layer(), e);
        deferred.add(record);
      }
    }
  }

  @Override
  public Map<String, String> details(LayerId layer) {
    Map<String, String> rows = new LinkedHashMap<>();
    try {
      ThinLayer content = records.read(layer);
      rows.put("DeviceId", Integer.toString(content.deviceId()));
      rows.put("DeviceName", devices.name(layer.value()));
      rows.put("DeviceSize", Long.toString(content.size()));
    } catch (IOException e) {
      LOG.debug("no details of {}", layer, e);
    }
    return rows;
  }

  @Override
  public void close() {
    try {
      DiskWork.run(pool::close);
    } catch (IOException e) {
      LOG.warn("the pool", e);
    }
    mapper.close();
  }
}
