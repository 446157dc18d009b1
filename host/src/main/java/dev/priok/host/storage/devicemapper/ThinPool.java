package dev.priok.host.storage.devicemapper;

import dev.priok.host.storage.layer.SizeOption;
import dev.priok.kernel.block.BlockDevices;
import dev.priok.kernel.block.DeviceMapper;
import dev.priok.kernel.block.LoopDevices;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.FileSystems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pool from which thin devices take their blocks (the kernel's
 * admin-guide/device-mapper/thin-provisioning). Every message to it is on the disk when the call
 * returns.
 */
final class ThinPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ThinPool.class);
  private static final String TYPE = "thin-pool";
  private static final int METADATA_BLOCK = 4096;
  private static final int HUNDRED = 100;
  private static final int CLOSE_ROUNDS = 10;
  private static final long CLOSE_WAIT_NANOS = 30_000_000;

  /** Free blocks below which the kernel reports an event; as Docker. */
  private static final int LOW_WATER = 32768;

  /**
   * Files are never read where nothing was written, so blocks need no zeros; and a full pool tells
   * at once instead of holding back writes for a minute.
   */
  private static final String FEATURES = "2 skip_block_zeroing error_if_no_space";

  private final DeviceMapper mapper;
  private final String name;
  private final boolean ours;
  private final int leastFreePercent;

  private ThinPool(DeviceMapper mapper, String name, boolean ours, int leastFreePercent) {
    this.mapper = mapper;
    this.name = name;
    this.ours = ours;
    this.leastFreePercent = leastFreePercent;
  }

  /** How full it is; {@code transaction} counts what was done to it. */
  record State(
      long transaction,
      long metadataUsed,
      long metadataTotal,
      long dataUsed,
      long dataTotal,
      long blockSize) {}

  /** Takes a pool that somebody made. */
  static ThinPool given(DeviceMapper mapper, String name, PoolOptions options) throws IOException {
    if (mapper.info(name).isEmpty()) {
      throw new IOException(
          "devmapper: there is no thin pool "
              + name
              + ": dm.thinpooldev takes the name in /dev/mapper of one that is active");
    }
    String type = mapper.status(name).type();
    if (!type.equals(TYPE)) {
      throw new IOException("devmapper: Device " + name + " is not a thin pool");
    }
    ThinPool pool = new ThinPool(mapper, name, false, options.leastFreePercent);
    pool.state();
    return pool;
  }

  /** Makes the pool of our own below {@code root}, or takes it over from the last daemon. */
  static ThinPool own(DeviceMapper mapper, Path root, String name, PoolOptions options)
      throws IOException {
    Optional<DeviceMapper.Info> before = mapper.info(name);
    ThinPool pool = new ThinPool(mapper, name, true, options.leastFreePercent);
    if (before.isPresent() && before.get().live()) {
      if (before.get().suspended()) {
        mapper.resume(name);
      }
      pool.grow(root, options);
    } else {
      pool.begin(root, options, before.isPresent());
    }
    try {
      pool.state();
    } catch (IOException e) {
      pool.close();
      throw e;
    }
    return pool;
  }

  private void begin(Path root, PoolOptions options, boolean half) throws IOException {
    try (PoolDevices devices = PoolDevices.open(root, options)) {
      if (half) {
        mapper.remove(name, false);
      }
      mapper.create(name);
      try {
        mapper.load(
            name,
            devices.dataSize() / DeviceMapper.SECTOR,
            TYPE,
            table(
                devices.metadataNumbers(),
                devices.dataNumbers(),
                options.blockSize / DeviceMapper.SECTOR));
        mapper.resume(name);
      } catch (LinuxException e) {
        mapper.remove(name, false);
        throw new IOException(
            "devmapper: the thin pool "
                + name
                + " cannot be made ("
                + e.errno().text()
                + "); the kernel's log tells more. It needs the module dm_thin_pool, and devices"
                + " that are a pool's or whose first 4 KiB are zeros",
            e);
      }
    }
  }

  private static String table(String metadata, String data, long blockSectors) {
    return metadata + " " + data + " " + blockSectors + " " + LOW_WATER + " " + FEATURES;
  }

  /** After dm.loopdatasize was raised; a device below may have grown as well. */
  private void grow(Path root, PoolOptions options) throws IOException {
    DeviceMapper.Target now = mapper.table(name);
    String[] fields = now.text().split(" ", -1);
    Optional<Path> file = LoopDevices.fileOf(fields[1]);
    if (file.isPresent()) {
      PoolDevices.file(PoolDevices.dataFile(root), options.loopDataSize);
    }
    try (var data = At.open(BlockDevices.path(fields[1]), OpenFlags.READ_WRITE)) {
      if (file.isPresent()) {
        LoopDevices.takeCapacity(data);
      }
      long sectors = BlockDevices.size(data) / DeviceMapper.SECTOR;
      if (sectors <= now.sectors()) {
        return;
      }
      mapper.load(name, sectors, TYPE, table(fields[0], fields[1], Long.parseLong(fields[2])));
      mapper.suspend(name);
      mapper.resume(name);
      LOG.info("the pool {} has grown to {} sectors", name, sectors);
    }
  }

  String name() {
    return name;
  }

  /** Whether it came with the option dm.thinpooldev. */
  boolean isGiven() {
    return !ours;
  }

  /** What thin devices' tables call it. */
  String device() throws IOException {
    return mapper
        .info(name)
        .orElseThrow(() -> new IOException("devmapper: the thin pool " + name + " is gone"))
        .path()
        .toString();
  }

  /** Its state; refused where it failed. */
  State state() throws IOException {
    DeviceMapper.Target target;
    try {
      target = mapper.status(name);
    } catch (LinuxException e) {
      throw new IOException("devmapper: the thin pool " + name + " is gone", e);
    }
    String[] fields = target.text().split("[ /]", -1);
    if (fields.length < 5) {
      throw new IOException(
          "devmapper: the thin pool "
              + name
              + " has failed (\""
              + target.text()
              + "\"): end what uses it and repair it with thin_repair or lvconvert --repair");
    }
    long dataTotal = Long.parseLong(fields[4]);
    if (target.text().contains(" ro ") || target.text().contains("needs_check")) {
      throw new IOException(
          "devmapper: the thin pool "
              + name
              + " cannot be written any more: end what uses it and repair it with thin_repair or"
              + " lvconvert --repair");
    }
    return new State(
        Long.parseLong(fields[0]),
        Long.parseLong(fields[1]),
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        dataTotal,
        dataTotal == 0 ? 0 : target.sectors() / dataTotal * DeviceMapper.SECTOR);
  }

  /** Refuses new layers before the pool is so full that containers lose what they write. */
  void mustHaveRoom() throws IOException {
    if (leastFreePercent == 0) {
      return;
    }
    State state = state();
    mustHave("data", state.dataTotal(), state.dataUsed(), "");
    mustHave("metadata", state.metadataTotal(), state.metadataUsed(), "metadata ");
  }

  private void mustHave(String kind, long total, long used, String space) throws IOException {
    long least = Math.max(1, total * leastFreePercent / HUNDRED);
    if (total - used < least) {
      throw new IOException(
          "devmapper: Thin Pool has %d free %s blocks which is less than minimum required %d free %s blocks. Create more free %sspace in thin pool or use dm.min_free_space option to change behavior"
              .formatted(total - used, kind, least, kind, space));
    }
  }

  /** Makes an empty device; false if the id is taken. */
  boolean create(int id) throws IOException {
    return make("create_thin " + id);
  }

  /** Makes a device with the content of another one; false if the id is taken. */
  boolean snapshot(int id, int origin) throws IOException {
    return make("create_snap " + id + " " + origin);
  }

  private boolean make(String message) throws IOException {
    try {
      mapper.message(name, message);
      return true;
    } catch (LinuxException e) {
      if (e.is(Errno.EEXIST)) {
        return false;
      }
      if (e.is(Errno.ENOSPC)) {
        throw new IOException("devmapper: the thin pool " + name + " is full", e);
      }
      throw new IOException("devmapper: " + message + ": " + e.errno().text(), e);
    }
  }

  /** Frees a device's blocks; nothing there is fine, EBUSY while it is active. */
  void delete(int id) throws IOException {
    try {
      mapper.message(name, "delete " + id);
    } catch (LinuxException e) {
      if (!e.is(Errno.ENODATA) && !e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  /** Counts one step further: who finds an older number than its own has another pool. */
  void advance(long from) throws IOException {
    mapper.message(name, "set_transaction_id " + from + " " + (from + 1));
  }

  /** Rows for docker info, but the first ones. */
  Map<String, String> rows(PoolOptions options) throws IOException {
    Map<String, String> rows = new LinkedHashMap<>();
    String[] table = mapper.table(name).text().split(" ", -1);
    Optional<Path> dataFile = LoopDevices.fileOf(table[1]);
    Optional<Path> metadataFile = LoopDevices.fileOf(table[0]);
    if (ours) {
      rows.put("Data file", BlockDevices.path(table[1]).toString());
      rows.put("Metadata file", BlockDevices.path(table[0]).toString());
    }
    dataFile.ifPresent(file -> rows.put("Data loop file", file.toString()));
    metadataFile.ifPresent(file -> rows.put("Metadata loop file", file.toString()));
    State state = state();
    long block = state.blockSize();
    space(rows, "Data Space", state.dataUsed() * block, state.dataTotal() * block, dataFile);
    space(
        rows,
        "Metadata Space",
        state.metadataUsed() * METADATA_BLOCK,
        state.metadataTotal() * METADATA_BLOCK,
        metadataFile);
    long least = state.dataTotal() * leastFreePercent / HUNDRED * block;
    rows.put("Thin Pool Minimum Free Space", SizeOption.human(least));
    rows.put("Deferred Removal Enabled", Boolean.toString(options.deferredRemoval));
    rows.put("Deferred Deletion Enabled", Boolean.toString(options.deferredDeletion));
    return rows;
  }

  /** A sparse file has no more room than the file system below it. */
  private static void space(
      Map<String, String> rows, String what, long used, long total, Optional<Path> file)
      throws IOException {
    long available = total - used;
    if (file.isPresent()) {
      available = Math.min(available, FileSystems.usage(file.get()).freeBytes());
    }
    rows.put(what + " Used", SizeOption.human(used));
    rows.put(what + " Total", SizeOption.human(total));
    rows.put(what + " Available", SizeOption.human(available));
  }

  /** Lets go of a pool of our own, unless containers still run on it. */
  @Override
  public void close() {
    if (!ours) {
      return;
    }
    // Programs that look at devices that come and go hold one for a moment.
    for (int round = 0; ; round++) {
      try {
        mapper.remove(name, false);
        return;
      } catch (LinuxException e) {
        if (!e.is(Errno.EBUSY) || round >= CLOSE_ROUNDS) {
          LOG.info("the pool {} stays: {}", name, e.getMessage());
          return;
        }
      }
      LockSupport.parkNanos(CLOSE_WAIT_NANOS);
    }
  }
}
