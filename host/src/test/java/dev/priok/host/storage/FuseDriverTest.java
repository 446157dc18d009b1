package dev.priok.host.storage;

import dev.priok.host.storage.choice.StorageDrivers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

final class FuseDriverTest extends StorageDriverContract {
  @Override
  StorageDriver open(Path dataRoot) throws IOException {
    return new StorageDrivers().open("fuse-overlayfs", dataRoot, List.of());
  }
}
