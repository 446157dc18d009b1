package dev.priok.host.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

final class OverlayDriverTest extends StorageDriverContract {
  @Override
  StorageDriver open(Path dataRoot) throws IOException {
    return new StorageDrivers().open("overlay2", dataRoot, List.of());
  }
}
