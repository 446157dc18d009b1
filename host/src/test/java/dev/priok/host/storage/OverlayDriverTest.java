package dev.priok.host.storage;

import dev.priok.host.storage.choice.StorageDrivers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

final class OverlayDriverTest extends StorageDriverContract {
  @Override
  StorageDriver open(Path dataRoot) throws IOException {
    return new StorageDrivers().open("overlay", dataRoot, List.of());
  }
}
