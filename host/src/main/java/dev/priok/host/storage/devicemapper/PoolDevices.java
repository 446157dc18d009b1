package dev.priok.host.storage.devicemapper;

import dev.priok.kernel.block.BlockDevices;
import dev.priok.kernel.block.LoopDevices;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a pool of our own lies on: two devices, given or made of two sparse files. Held open until
 * the pool holds them.
 */
final class PoolDevices implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PoolDevices.class);

  private final Fd data;
  private final Fd metadata;

  private PoolDevices(Fd data, Fd metadata) {
    this.data = data;
    this.metadata = metadata;
  }

  /** Where Docker has them too. */
  static Path dataFile(Path root) {
    return root.resolve("devicemapper/data");
  }

  static Path metadataFile(Path root) {
    return root.resolve("devicemapper/metadata");
  }

  static PoolDevices open(Path root, PoolOptions options) throws IOException {
    String data = options.dataDevice;
    String metadata = options.metadataDevice;
    if (data != null && metadata != null) {
      return new PoolDevices(device(data), device(metadata));
    }
    LOG.warn(
        "Usage of loopback devices is strongly discouraged for production use. Please use"
            + " `--storage-opt dm.thinpooldev` or `--storage-opt dm.directlvm_device`.");
    Path dataFile = file(dataFile(root), options.loopDataSize);
    Path metadataFile = file(metadataFile(root), options.loopMetadataSize);
    Fd first = LoopDevices.attach(dataFile).fd();
    try {
      return new PoolDevices(first, LoopDevices.attach(metadataFile).fd());
    } catch (LinuxException e) {
      first.close();
      throw e;
    }
  }

  private static Fd device(String path) throws IOException {
    Fd fd;
    try {
      fd = At.open(Path.of(path), OpenFlags.READ_WRITE);
    } catch (LinuxException e) {
      throw new IOException("devmapper: device " + path + ": " + e.errno().text(), e);
    }
    if (At.stat(fd).type() != FileStat.BLOCK_DEVICE) {
      fd.close();
      throw new IOException("devmapper: " + path + " is not a block device");
    }
    return fd;
  }

  /** The file, sparse and at least as large as asked; it only ever grows. */
  static Path file(Path file, long size) throws IOException {
    Files.createDirectories(file.getParent());
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      if (open.length() == 0) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }
      if (open.length() < size) {
        open.setLength(size);
      } else if (open.length() > size) {
        LOG.warn("Can't shrink loopback file {}", file);
      }
    }
    return file.toRealPath();
  }

  String dataNumbers() throws LinuxException {
    return BlockDevices.numbers(data);
  }

  String metadataNumbers() throws LinuxException {
    return BlockDevices.numbers(metadata);
  }

  long dataSize() throws LinuxException {
    return BlockDevices.size(data);
  }

  @Override
  public void close() {
    data.close();
    metadata.close();
  }
}
