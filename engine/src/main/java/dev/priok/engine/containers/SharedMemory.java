package dev.priok.engine.containers;

import dev.priok.host.archive.IdMap;
import dev.priok.kernel.fs.MountFlags;
import dev.priok.kernel.fs.Mounts;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The {@code /dev/shm} of containers that share it: a tmpfs of the host, bound into each of them. A
 * container with a private one gets it from the runtime.
 */
final class SharedMemory {
  private static final Path HOSTS = Path.of("/dev/shm");
  private static final String CONTAINER = "container:";
  private static final long FLAGS = MountFlags.NO_SUID | MountFlags.NO_DEV | MountFlags.NO_EXEC;

  private final ContainerTable table;
  private final ContainerFiles files;
  private final IdMap ids;

  SharedMemory(ContainerTable table, ContainerFiles files, IdMap ids) {
    this.table = table;
    this.files = files;
    this.ids = ids;
  }

  /** What is to be bound, or null where the container's own is private or none. */
  @Nullable Path prepare(ContainerRecord record) throws IOException {
    String mode = record.hostConfig().ipcMode() == null ? "" : record.hostConfig().ipcMode();
    if (mode.equals("host")) {
      return HOSTS;
    }
    if (mode.startsWith(CONTAINER)) {
      ContainerRecord other = table.get(mode.substring(CONTAINER.length())).record();
      if ("host".equals(other.hostConfig().ipcMode())) {
        return HOSTS;
      }
      if (!Files.isDirectory(place(other))) {
        throw EngineException.internal(
            "can't join IPC of container "
                + other.id()
                + ": non-shareable IPC (hint: use IpcMode:shareable for the donor container)",
            null);
      }
      return place(other);
    }
    return mode.equals("shareable") ? mount(record) : null;
  }

  private Path mount(ContainerRecord record) throws IOException {
    Path place = place(record);
    Files.createDirectories(place);
    Mounts.unmountIfMounted(place);
    Long size = record.hostConfig().shmSize();
    boolean host = "host".equals(record.hostConfig().usernsMode());
    String owner =
        ids.isNone() || host ? "" : ",uid=%d,gid=%d".formatted(ids.rootUser(), ids.rootGroup());
    Mounts.mount("shm", place, "tmpfs", FLAGS, "mode=1777,size=" + size + owner);
    return place;
  }

  /** Harmless where nothing is mounted. */
  void release(ContainerRecord record) throws IOException {
    if (Files.isDirectory(place(record))) {
      Mounts.unmountIfMounted(place(record));
    }
  }

  private Path place(ContainerRecord record) {
    return files.folder(record.id()).resolve("mounts").resolve("shm");
  }
}
