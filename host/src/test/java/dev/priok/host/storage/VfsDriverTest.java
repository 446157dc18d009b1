package dev.priok.host.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

final class VfsDriverTest extends StorageDriverContract {
  @Override
  StorageDriver open(Path dataRoot) throws IOException {
    return new StorageDrivers().open("vfs", dataRoot, List.of());
  }
}
