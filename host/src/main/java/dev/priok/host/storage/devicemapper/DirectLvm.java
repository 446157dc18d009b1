package dev.priok.host.storage.devicemapper;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.priok.host.storage.layer.DurableText;
import dev.priok.host.storage.program.Tool;
import dev.priok.host.storage.program.ToolException;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thin pool on a bare device, set up once by the programs of lvm2, as Docker does it: volume
 * group {@code docker}, pool {@code docker/thinpool}, which LVM extends by itself.
 *
 * <p>{@code setup-config.json} is written before the first step ({@code complete: false}), so that
 * a set-up that was killed is begun anew and not taken for somebody else's volume group.
 */
final class DirectLvm {
  /** The pool's name in /dev/mapper. */
  static final String POOL = "docker-thinpool";

  private static final Logger LOG = LoggerFactory.getLogger(DirectLvm.class);
  private static final String GROUP = "docker";
  private static final Path PROFILES = Path.of("/etc/lvm/profile");
  private static final Map<String, String> PROGRAMS =
      Map.of(
          "pvcreate", "lvm2",
          "pvs", "lvm2",
          "vgcreate", "lvm2",
          "vgs", "lvm2",
          "lvcreate", "lvm2",
          "lvconvert", "lvm2",
          "lvchange", "lvm2",
          "blkid", "util-linux",
          "thin_check", "thin-provisioning-tools");

  private final Path file;
  private final Config wanted;
  private final boolean force;

  /** What the pool was set up from; it cannot be changed afterwards. */
  record Config(
      String device,
      int thinpPercent,
      int thinpMetaPercent,
      int autoExtendPercent,
      int autoExtendThreshold,
      boolean complete) {
    boolean isSameSetUp(Config other) {
      return new Config(
              other.device,
              other.thinpPercent,
              other.thinpMetaPercent,
              other.autoExtendPercent,
              other.autoExtendThreshold,
              complete)
          .equals(this);
    }
  }

  DirectLvm(Path root, String device, PoolOptions options) {
    this.file = root.resolve("setup-config.json");
    this.force = options.lvmForce;
    this.wanted =
        new Config(
            device,
            options.lvmDataPercent == 0 ? 95 : options.lvmDataPercent,
            options.lvmMetadataPercent == 0 ? 1 : options.lvmMetadataPercent,
            options.lvmExtendPercent == 0 ? 20 : options.lvmExtendPercent,
            options.lvmExtendThreshold == 0 ? 80 : options.lvmExtendThreshold,
            true);
  }

  /** Sets it up unless that is done; afterwards the pool is active. */
  void setUp() throws IOException {
    for (Map.Entry<String, String> program : PROGRAMS.entrySet()) {
      try {
        Tool.mustFind(program.getKey(), program.getValue());
      } catch (IOException e) {
        throw new IOException("error setting up direct lvm: " + e.getMessage(), e);
      }
    }
    Config before = read();
    if (before != null && !before.isSameSetUp(wanted)) {
      throw new IOException("changing direct-lvm config is not supported");
    }
    if (before != null && before.complete()) {
      tool("vgchange", "-q", "-ay", GROUP);
      return;
    }
    if (before == null) {
      check();
    } else {
      LOG.warn("the set-up of {} was not completed and begins anew", wanted.device());
      undo();
    }
    write(
        new Config(
            wanted.device(),
            wanted.thinpPercent(),
            wanted.thinpMetaPercent(),
            wanted.autoExtendPercent(),
            wanted.autoExtendThreshold(),
            false));
    try {
      make();
    } catch (IOException e) {
      undo();
      Files.deleteIfExists(file);
      throw e;
    }
    write(wanted);
  }

  private @Nullable Config read() throws IOException {
    try {
      return Json.mapper().readValue(Files.readAllBytes(file), Config.class);
    } catch (NoSuchFileException e) {
      return null;
    } catch (JsonProcessingException e) {
      throw new IOException("error unmarshaling previous device setup config", e);
    }
  }

  private void write(Config config) throws IOException {
    Files.createDirectories(file.getParent());
    Path fresh = file.resolveSibling(".setup-config.json");
    Files.deleteIfExists(fresh);
    DurableText.write(fresh, Json.mapper().writeValueAsString(config) + "\n", true);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Nothing of value may be on the device, and no group of our name may be somebody else's. */
  private void check() throws IOException {
    String device = wanted.device();
    try (Fd open = At.open(Path.of(device), OpenFlags.READ_ONLY)) {
      if (At.stat(open).type() != FileStat.BLOCK_DEVICE) {
        throw new IOException(
            device + " is not available for use with devicemapper: no block device");
      }
    } catch (LinuxException e) {
      throw new IOException(
          device + " is not available for use with devicemapper: " + e.errno().text(), e);
    }
    for (String line : tool("pvs", "--noheadings", "-o", "pv_name,vg_name").lines().toList()) {
      String[] fields = line.strip().split("\\s+", 2);
      if (fields.length == 2 && fields[0].equals(device)) {
        throw new IOException(
            device
                + " is already part of a volume group \""
                + fields[1]
                + "\": must remove this device from any volume group or provide a different"
                + " device");
      }
    }
    List<String> groups =
        tool("vgs", "--noheadings", "-o", "vg_name").lines().map(String::strip).toList();
    if (groups.contains(GROUP)) {
      throw new IOException(
          "there is a volume group \"" + GROUP + "\" already: give its pool in dm.thinpooldev");
    }
    if (!force && hasSignature(device)) {
      throw new IOException(
          device
              + " has a filesystem already, use dm.directlvm_device_force=true if you want to wipe"
              + " the device");
    }
  }

  /** blkid ends with 2 where it finds nothing. */
  private static boolean hasSignature(String device) throws IOException {
    try {
      return tool("blkid", "-p", device).contains("TYPE=");
    } catch (ToolException e) {
      if (e.said().isEmpty()) {
        return false;
      }
      throw e;
    }
  }

  private void make() throws IOException {
    tool("pvcreate", "-q", "-ff", "-y", wanted.device());
    tool("vgcreate", "-q", GROUP, wanted.device());
    volume("thinpool", wanted.thinpPercent());
    volume("thinpoolmeta", wanted.thinpMetaPercent());
    tool(
        "lvconvert",
        "-q",
        "-y",
        "--zero",
        "n",
        "-c",
        "512K",
        "--thinpool",
        GROUP + "/thinpool",
        "--poolmetadata",
        GROUP + "/thinpoolmeta");
    Files.createDirectories(PROFILES);
    Files.writeString(
        PROFILES.resolve("docker-thinpool.profile"),
        "activation {\n\tthin_pool_autoextend_threshold="
            + wanted.autoExtendThreshold()
            + "\n\tthin_pool_autoextend_percent="
            + wanted.autoExtendPercent()
            + "\n}\n");
    tool("lvchange", "-q", "--metadataprofile", "docker-thinpool", GROUP + "/thinpool");
  }

  private static void volume(String name, int percent) throws IOException {
    tool(
        "lvcreate",
        "-q",
        "--yes",
        "--wipesignatures",
        "y",
        "-n",
        name,
        GROUP,
        "--extents",
        percent + "%VG");
  }

  /** What a killed or failed set-up left. */
  private void undo() {
    for (List<String> step :
        List.of(
            List.of("vgremove", "-q", "-f", "-y", GROUP),
            List.of("pvremove", "-q", "-ff", "-y", wanted.device()))) {
      try {
        tool(step.toArray(String[]::new));
      } catch (IOException e) {
        LOG.info("{}", e.getMessage());
      }
    }
  }

  private static String tool(String... command) throws IOException {
    return Tool.mustFind(command[0], "lvm2").run(List.of(command).subList(1, command.length));
  }
}
