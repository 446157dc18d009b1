package dev.priok.host.storage.devicemapper;

import dev.priok.kernel.block.BlockDevices;
import dev.priok.kernel.block.DeviceMapper;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Devices of a pool, as block devices that can be mounted: they come and go with their use. */
final class ThinDevices {
  private static final Logger LOG = LoggerFactory.getLogger(ThinDevices.class);
  private static final String TYPE = "thin";

  /** Programs that look at every new device let go of it soon. */
  private static final long BUSY_LIMIT_MILLIS = 2_000;

  private static final long LONGEST_PAUSE_MILLIS = 100;

  private final DeviceMapper mapper;
  private final ThinPool pool;
  private final String prefix;

  /**
   * Names begin with {@code prefix}.
   *
   * @param prefix tells this data root's devices from others'
   */
  ThinDevices(DeviceMapper mapper, ThinPool pool, String prefix) {
    this.mapper = mapper;
    this.pool = pool;
    this.prefix = prefix;
  }

  /** As dmsetup shows it. */
  String name(String layer) {
    String name = prefix + "-" + layer;
    if (name.length() <= DeviceMapper.LONGEST_NAME) {
      return name;
    }
    String end = "-" + Integer.toHexString(layer.hashCode());
    return name.substring(0, DeviceMapper.LONGEST_NAME - end.length()) + end;
  }

  /** Makes the block device, or finds it. */
  Path activate(String name, int id, long size) throws IOException {
    String parameters = pool.device() + " " + id;
    Optional<DeviceMapper.Info> before = mapper.info(name);
    if (before.isPresent() && before.get().live()) {
      return reuse(name, id, before.get());
    }
    if (before.isPresent()) {
      mapper.remove(name, false); // made, and nothing loaded: a crash
    }
    DeviceMapper.Info device = mapper.create(name);
    try {
      mapper.load(name, size / DeviceMapper.SECTOR, TYPE, parameters);
      mapper.resume(name);
      return device.path();
    } catch (LinuxException e) {
      mapper.remove(name, false);
      if (e.is(Errno.ENODATA) || e.is(Errno.EINVAL)) {
        throw new IOException(
            "devmapper: device " + id + " is not in the thin pool " + pool.name(), e);
      }
      throw new IOException(
          "devmapper: Error activating device " + name + ": " + e.getMessage(), e);
    }
  }

  private Path reuse(String name, int id, DeviceMapper.Info found) throws IOException {
    String[] fields = mapper.table(name).text().split(" ", -1);
    if (fields.length < 2 || !fields[1].equals(Integer.toString(id))) {
      throw new IOException(
          "devmapper: device " + name + " is still in use by a layer that was removed");
    }
    if (found.suspended()) {
      mapper.resume(name);
    }
    if (found.removedWhenClosed()) {
      cancelRemoval(name);
    }
    return found.path();
  }

  private void cancelRemoval(String name) throws LinuxException {
    mapper.message(name, "@cancel_deferred_remove");
  }

  /**
   * Takes the block device away; nothing there is fine. If somebody has it open, a process that a
   * container left or another mount name space, the kernel removes it when that ends.
   *
   * @param atOnce do not wait whether it is only a moment
   */
  void deactivate(String name, boolean atOnce) throws IOException {
    long end = System.nanoTime() + BUSY_LIMIT_MILLIS * 1_000_000;
    long pause = 2;
    while (!atOnce && System.nanoTime() < end) {
      try {
        mapper.remove(name, false);
        return;
      } catch (LinuxException e) {
        if (!e.is(Errno.EBUSY)) {
          throw e;
        }
      }
      pause(pause);
      pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
    }
    mapper.remove(name, true);
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a device was busy", e);
    }
  }

  /**
   * Runs while the device holds back writes and its file system is written out, as a snapshot needs
   * it; a device that is not active needs nothing.
   */
  void still(String name, Step work) throws IOException {
    Optional<DeviceMapper.Info> device = mapper.info(name);
    if (device.isEmpty() || !device.get().live()) {
      work.run();
      return;
    }
    mapper.suspend(name);
    try {
      work.run();
    } finally {
      mapper.resume(name);
    }
  }

  /** A crash while a device was still must not leave its container hanging. */
  void resumeIfSuspended(String name) throws IOException {
    Optional<DeviceMapper.Info> device = mapper.info(name);
    if (device.isPresent() && device.get().live() && device.get().suspended()) {
      mapper.resume(name);
    }
  }

  /** Gives the blocks of a device that goes back to what lies below the pool. */
  void discard(String name, int id, long size) {
    try {
      Path device = activate(name, id, size);
      Optional<DeviceMapper.Info> info = mapper.info(name);
      if (info.isEmpty() || info.get().openCount() > 0) {
        return;
      }
      try (Fd open = At.open(device, OpenFlags.READ_WRITE)) {
        BlockDevices.discard(open);
      }
    } catch (IOException e) {
      LOG.debug("no blocks of {} given back: {}", name, e.getMessage());
    }
  }

  /** One step. */
  interface Step {
    void run() throws IOException;
  }
}
