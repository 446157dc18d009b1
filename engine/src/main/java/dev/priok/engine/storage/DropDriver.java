package dev.priok.engine.storage;

import dev.priok.host.archive.DiskWork;
import dev.priok.host.archive.RemoveTree;
import dev.priok.host.storage.StorageDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Removes everything that a driver keeps below a data root. */
final class DropDriver {
  private DropDriver() {}

  static void of(Path root, String name, MigrateStorage.Drivers drivers) throws IOException {
    Path folder = root.resolve(name);
    if (Files.isDirectory(folder)) {
      try (StorageDriver driver = drivers.open(name)) {
        driver.sweep(Set.of());
      }
    }
    DiskWork.run(() -> {
      RemoveTree.at(folder);
      RemoveTree.at(root.resolve("image").resolve(name));
    });
  }
}
