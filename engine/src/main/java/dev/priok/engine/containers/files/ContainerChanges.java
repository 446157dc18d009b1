package dev.priok.engine.containers.files;

import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.model.api.container.FilesystemChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code GET /containers/{id}/changes}: what the container's layer changes in its image. */
public final class ContainerChanges {
  private static final Set<String> MOUNT_POINTS =
      Set.of("/etc/hostname", "/etc/hosts", "/etc/resolv.conf");

  private final StorageDriver storage;

  public ContainerChanges(StorageDriver storage) {
    this.storage = storage;
  }

  public List<FilesystemChange> of(LayerId layer) {
    try {
      return own(storage.changes(layer)).stream()
          .map(change -> new FilesystemChange(change.path(), code(change.kind())))
          .toList();
    } catch (IOException e) {
      throw FileErrors.of(e);
    }
  }

  /**
   * Without the empty files that the runtime makes to mount the engine's own upon: they are no work
   * of the container's. Docker keeps them in a layer that diff does not show.
   */
  private static List<StorageDriver.Change> own(List<StorageDriver.Change> all) {
    List<StorageDriver.Change> kept = new ArrayList<>(all);
    boolean dropped =
        kept.removeIf(
            c -> c.kind() == StorageDriver.ChangeKind.ADDED && MOUNT_POINTS.contains(c.path()));
    if (dropped && kept.stream().noneMatch(c -> c.path().startsWith("/etc/"))) {
      kept.removeIf(c -> c.kind() == StorageDriver.ChangeKind.MODIFIED && c.path().equals("/etc"));
    }
    return kept;
  }

  private static int code(StorageDriver.ChangeKind kind) {
    return switch (kind) {
      case MODIFIED -> 0;
      case ADDED -> 1;
      case DELETED -> 2;
    };
  }
}
