package dev.priok.host.storage.devicemapper;

import dev.priok.host.storage.program.Tool;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.MountFlags;
import dev.priok.kernel.fs.Mounts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The file system on a thin device: ext4 or xfs; made, mounted, grown. */
final class DeviceFileSystem {
  private static final String XFS = "xfs";
  private static final String EXT4 = "ext4";

  /** Options of mount(8) that mount(2) takes as flags; the file system gets the others. */
  private static final Map<String, Long> FLAGS =
      Map.ofEntries(
          Map.entry("ro", MountFlags.READ_ONLY),
          Map.entry("nosuid", MountFlags.NO_SUID),
          Map.entry("nodev", MountFlags.NO_DEV),
          Map.entry("noexec", MountFlags.NO_EXEC),
          Map.entry("sync", MountFlags.SYNCHRONOUS),
          Map.entry("dirsync", MountFlags.DIR_SYNC),
          Map.entry("noatime", MountFlags.NO_ATIME),
          Map.entry("nodiratime", MountFlags.NO_DIR_ATIME),
          Map.entry("relatime", MountFlags.REL_ATIME),
          Map.entry("strictatime", MountFlags.STRICT_ATIME),
          Map.entry("lazytime", MountFlags.LAZY_TIME));

  // struct ext4_super_block begins at 1024; s_uuid. struct xfs_dsb: sb_uuid.
  private static final int EXT4_UUID = 1024 + 0x68;
  private static final int XFS_UUID = 32;
  private static final int SUPER_BLOCKS = 4096;

  private final String type;
  private final String mountOptions;
  private final String xfsRetries;

  DeviceFileSystem(String type, PoolOptions options) {
    this.type = type;
    this.mountOptions = options.mountOptions;
    this.xfsRetries = options.xfsRetries;
  }

  /** What was asked for; else xfs if it can be made and mounted here, else ext4. */
  static String chosen(PoolOptions options) throws IOException {
    String asked = options.fileSystem;
    if (asked != null) {
      return asked;
    }
    Tool.find("modprobe")
        .ifPresent(modprobe -> {
          try {
            modprobe.run("-q", XFS);
          } catch (IOException e) {
            // a kernel that has it built in, or has it not: the list tells
          }
        });
    boolean kernel = Files.readString(Path.of("/proc/filesystems")).contains("\t" + XFS + "\n");
    return kernel && Tool.find("mkfs.xfs").isPresent() ? XFS : EXT4;
  }

  String type() {
    return type;
  }

  /** Makes it on a device. */
  void make(Path device, List<String> more) throws IOException {
    List<String> arguments = new ArrayList<>();
    if (type.equals(XFS)) {
      arguments.addAll(List.of("-q", "-f"));
      arguments.addAll(more);
      arguments.add(device.toString());
      Tool.mustFind("mkfs.xfs", "xfsprogs").run(arguments);
    } else {
      // Tables zeroed later would be zeroed once in each snapshot.
      arguments.addAll(
          List.of("-q", "-F", "-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=0"));
      arguments.addAll(more);
      arguments.add(device.toString());
      Tool.mustFind("mkfs.ext4", "e2fsprogs").run(arguments);
      // A snapshot is as old as its image: no check because of age or of many mounts.
      Tool.mustFind("tune2fs", "e2fsprogs").run("-c", "-1", "-i", "0", device.toString());
    }
  }

  void mount(Path device, Path place) throws IOException {
    long flags = 0;
    // Every snapshot of an xfs has the same identity.
    List<String> data = new ArrayList<>(type.equals(XFS) ? List.of("nouuid") : List.of());
    for (String option : mountOptions.split(",", -1)) {
      Long flag = FLAGS.get(option);
      if (flag != null) {
        flags |= flag;
      } else if (!option.isEmpty() && !data.contains(option)) {
        data.add(option);
      }
    }
    try {
      Mounts.mount(device.toString(), place, type, flags, String.join(",", data));
    } catch (LinuxException e) {
      throw new IOException(
          "devmapper: Failed to mount "
              + device
              + " ("
              + type
              + "): "
              + e.errno().text()
              + "; the kernel's log tells more",
          e);
    }
    if (type.equals(XFS)) {
      limitRetries(device);
    }
  }

  /** xfs would try for ever to write its own records into a full pool, and never unmount. */
  private void limitRetries(Path device) throws IOException {
    Path file =
        Path.of(
            "/sys/fs/xfs", device.getFileName().toString(), "error/metadata/ENOSPC/max_retries");
    if (Files.exists(file)) {
      Files.writeString(file, xfsRetries);
    }
  }

  /**
   * Unmounts, everything written. Of a file system whose pool was full nobody else would say that
   * what was written last is lost.
   */
  void unmount(Path place) throws IOException {
    LinuxException lost = null;
    try (Fd root = At.open(place, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY)) {
      Io.syncFileSystem(root);
    } catch (LinuxException e) {
      lost = e;
    }
    Mounts.unmountIfMounted(place);
    if (lost != null) {
      throw new IOException(
          "devmapper: not everything could be written ("
              + lost.errno().text()
              + "): the thin pool is full or its device failed",
          lost);
    }
  }

  /**
   * Lets the file system fill its device, which has grown; {@code place} is where it is mounted.
   */
  void grow(Path device, Path place) throws IOException {
    try {
      if (type.equals(XFS)) {
        Tool.mustFind("xfs_growfs", "xfsprogs").run(place.toString());
      } else {
        Tool.mustFind("resize2fs", "e2fsprogs").run(device.toString());
      }
    } catch (IOException e) {
      throw new IOException("Failed to grow rootfs:" + e.getMessage(), e);
    }
  }

  /** Its identity, from the super block. */
  String uuid(Path device) throws IOException {
    byte[] start = new byte[SUPER_BLOCKS];
    try (Fd open = At.open(device, OpenFlags.READ_ONLY)) {
      int read = Io.input(open).readNBytes(start, 0, start.length);
      if (read < start.length) {
        throw new IOException("devmapper: Failed to find uuid for device " + device);
      }
    }
    ByteBuffer bytes = ByteBuffer.wrap(start);
    int at = type.equals(XFS) ? XFS_UUID : EXT4_UUID;
    return new UUID(bytes.getLong(at), bytes.getLong(at + 8)).toString();
  }
}
