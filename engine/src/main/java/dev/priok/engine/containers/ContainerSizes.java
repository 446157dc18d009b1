package dev.priok.engine.containers;

import dev.priok.engine.disk.SizeKeeper;
import dev.priok.engine.disk.Sized;
import dev.priok.host.storage.StorageDriver;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.ContainerId;
import dev.priok.model.id.Digest;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * How much room the containers' file systems take; the figures are kept, see {@link SizeKeeper}.
 */
final class ContainerSizes {
  /** Bytes of the container's own layer, and of all it can see. */
  record Sizes(long writable, long rootFilesystem) {}

  private final StorageDriver storage;
  private final ToLongFunction<Digest> imageSize;
  private final ContainerActivity activity;
  private final SizeKeeper keeper;

  ContainerSizes(
      StorageDriver storage,
      ToLongFunction<Digest> imageSize,
      ContainerActivity activity,
      SizeKeeper keeper) {
    this.storage = storage;
    this.imageSize = imageSize;
    this.activity = activity;
    this.keeper = keeper;
  }

  /** Those that are known; one that is just going away, or on a disk that hangs, is not. */
  Map<ContainerId, Sizes> of(Collection<ContainerRecord> records) {
    Map<String, Long> known = keeper.sizes(records.stream().map(this::sized).toList());
    Map<Digest, Long> images = new HashMap<>();
    Map<ContainerId, Sizes> result = new HashMap<>();
    for (ContainerRecord record : records) {
      Long writable = known.get(key(record.id()));
      if (writable != null) {
        long image = images.computeIfAbsent(record.image(), imageSize::applyAsLong);
        result.put(record.id(), new Sizes(writable, writable + image));
      }
    }
    return result;
  }

  Sizes of(ContainerRecord record) {
    Sizes sizes = of(List.of(record)).get(record.id());
    if (sizes == null) {
      throw EngineException.internal("cannot measure container " + record.name(), null);
    }
    return sizes;
  }

  /** Bytes of the container's own layer at this moment, however long it takes to count them. */
  long exact(ContainerRecord record) throws IOException {
    return keeper.exact(sized(record));
  }

  /** Somebody other than its processes writes into the container. */
  void touched(ContainerId id) {
    keeper.touched(key(id));
  }

  private static String key(ContainerId id) {
    return "container/" + id.value();
  }

  Sized sized(ContainerRecord record) {
    String key = key(record.id());
    return new Sized() {
      @Override
      public String key() {
        return key;
      }

      @Override
      public Object stamp() {
        return List.of(activity.of(record), keeper.touches(key));
      }

      @Override
      public boolean inUse() {
        return record.state().isAlive();
      }

      @Override
      public Size measure() throws IOException {
        return Size.of(storage.size(record.layer()));
      }
    };
  }
}
