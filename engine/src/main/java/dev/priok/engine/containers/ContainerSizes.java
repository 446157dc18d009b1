package dev.priok.engine.containers;

import dev.priok.host.storage.StorageDriver;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.Digest;
import java.io.IOException;
import java.util.function.ToLongFunction;

/** How much room a container's file system takes. */
final class ContainerSizes {
  /** Bytes of the container's own layer, and of all it can see. */
  record Sizes(long writable, long rootFilesystem) {}

  private final StorageDriver storage;
  private final ToLongFunction<Digest> imageSize;

  ContainerSizes(StorageDriver storage, ToLongFunction<Digest> imageSize) {
    this.storage = storage;
    this.imageSize = imageSize;
  }

  Sizes of(ContainerRecord record) {
    try {
      long writable = storage.size(record.layer());
      return new Sizes(writable, writable + imageSize.applyAsLong(record.image()));
    } catch (IOException e) {
      throw EngineException.internal(
          "cannot measure container " + record.name() + ": " + e.getMessage(), e);
    }
  }
}
