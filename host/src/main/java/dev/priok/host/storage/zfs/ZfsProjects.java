package dev.priok.host.storage.zfs;

import dev.priok.host.storage.program.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Limits of projects on ZFS (zfs-project(8), {@code projectquota@} in zfsprops(7)). A folder joins
 * a project by the same ioctl as on xfs; the limit is a property of the file system it is on.
 *
 * <p>ZFS counts when it writes out a group of transactions, every five seconds: a fast writer gets
 * beyond its limit by what it writes until then.
 */
public final class ZfsProjects {
  private final Tool zfs;
  private final String fileSystem;

  private ZfsProjects(Tool zfs, String fileSystem) {
    this.zfs = zfs;
    this.fileSystem = fileSystem;
  }

  /** Those of the file system that a path is on, if that is a ZFS which can limit projects. */
  public static Optional<ZfsProjects> holding(Path path) throws IOException {
    Optional<String> fileSystem = Zfs.holding(path);
    Optional<Tool> zfs = Tool.find("zfs");
    Optional<Tool> zpool = Tool.find("zpool");
    if (fileSystem.isEmpty() || zfs.isEmpty() || zpool.isEmpty()) {
      return Optional.empty();
    }
    String pool = fileSystem.get().split("/", 2)[0];
    String feature =
        zpool.get().run("get", "-H", "-o", "value", "feature@project_quota", pool).strip();
    return Set.of("enabled", "active").contains(feature)
        ? Optional.of(new ZfsProjects(zfs.get(), fileSystem.get()))
        : Optional.empty();
  }

  /** Limits the bytes that a project holds; 0 takes the limit away. */
  public void limit(int project, long bytes) throws IOException {
    String value = bytes == 0 ? "none" : Long.toString(bytes);
    zfs.run("set", "projectquota@" + project + "=" + value, fileSystem);
  }
}
