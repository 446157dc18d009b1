package dev.priok.engine.containers.files;

import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.model.api.container.FilesystemChange;
import java.io.IOException;
import java.util.List;

/** {@code GET /containers/{id}/changes}: what the container's layer changes in its image. */
public final class ContainerChanges {
  private final StorageDriver storage;

  public ContainerChanges(StorageDriver storage) {
    this.storage = storage;
  }

  public List<FilesystemChange> of(LayerId layer) {
    try {
      return storage.changes(layer).stream()
          .map(change -> new FilesystemChange(change.path(), code(change.kind())))
          .toList();
    } catch (IOException e) {
      throw FileErrors.of(e);
    }
  }

  private static int code(StorageDriver.ChangeKind kind) {
    return switch (kind) {
      case MODIFIED -> 0;
      case ADDED -> 1;
      case DELETED -> 2;
    };
  }
}
