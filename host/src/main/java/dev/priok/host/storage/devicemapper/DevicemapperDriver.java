package dev.priok.host.storage.devicemapper;

import dev.priok.host.archive.DiskWork;
import dev.priok.host.storage.DriverNotSupportedException;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.program.Tool;
import dev.priok.host.storage.tree.TreeDriver;
import dev.priok.kernel.block.DeviceMapper;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Device;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.FileSystems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Opens the driver devicemapper: options, kernel, pool. */
public final class DevicemapperDriver {
  public static final String NAME = "devicemapper";

  /** Where records are, in the driver's folder. */
  public static final String RECORDS = DevicemapperTrees.RECORDS;

  private static final long TMPFS = 0x01021994L;

  private DevicemapperDriver() {}

  /** Opens it below a data root; makes pool and base device when they are not there. */
  public static StorageDriver open(Path dataRoot, Map<String, String> options) throws IOException {
    PoolOptions checked = PoolOptions.parse(options);
    checkKernel();
    if (!kernelMakesNodes() && !checked.noUdevCheck) {
      throw new DriverNotSupportedException(
          "driver not supported: /dev is no devtmpfs, in which the kernel makes devices itself"
              + " (dm.override_udev_sync_check=true if something else makes /dev/dm-N at once)");
    }
    Path root = Files.createDirectories(dataRoot.resolve(NAME));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x---"));
    return DiskWork.call(() -> {
      DeviceMapper mapper = DeviceMapper.open();
      ThinPool pool = null;
      try {
        String prefix = prefix(root);
        pool = pool(mapper, root, prefix, checked);
        ThinDevices devices = new ThinDevices(mapper, pool, prefix);
        return new TreeDriver(new DevicemapperTrees(root, mapper, pool, devices, checked));
      } catch (IOException | RuntimeException e) {
        if (pool != null) {
          pool.close();
        }
        mapper.close();
        throw e;
      }
    });
  }

  private static ThinPool pool(DeviceMapper mapper, Path root, String prefix, PoolOptions options)
      throws IOException {
    String device = options.lvmDevice;
    if (device != null) {
      new DirectLvm(root, device, options).setUp();
      return ThinPool.given(mapper, DirectLvm.POOL, options);
    }
    String given = options.thinPool;
    return given != null
        ? ThinPool.given(mapper, given, options)
        : ThinPool.own(mapper, root, prefix + "-pool", options);
  }

  /** Refuses a kernel without device-mapper. */
  public static void checkKernel() throws IOException {
    if (!Files.exists(DeviceMapper.CONTROL)) {
      Tool.find("modprobe")
          .ifPresent(modprobe -> {
            try {
              modprobe.run("-q", "dm_mod");
            } catch (IOException e) {
              // told below
            }
          });
    }
    try {
      DeviceMapper.open().close();
    } catch (LinuxException e) {
      throw new DriverNotSupportedException(
          "driver not supported: the kernel has no device-mapper ("
              + DeviceMapper.CONTROL
              + ": "
              + e.errno().text()
              + "; modules dm_mod and dm_thin_pool)");
    }
  }

  /** Whether devices are in /dev when a call returns; Docker asks udev for the same. */
  static boolean kernelMakesNodes() throws LinuxException {
    return FileSystems.usage(Path.of("/dev")).magic() == TMPFS;
  }

  /** As Docker names them: the data root's device and inode tell pools of several daemons apart. */
  private static String prefix(Path root) throws LinuxException {
    try (Fd folder = At.open(root, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      FileStat stat = At.stat(folder);
      return "docker-"
          + Device.major(stat.device())
          + ":"
          + Device.minor(stat.device())
          + "-"
          + stat.inode();
    }
  }
}
