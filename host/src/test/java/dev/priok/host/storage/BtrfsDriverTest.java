package dev.priok.host.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.storage.choice.StorageDrivers;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.Btrfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BtrfsDriverTest extends StorageDriverContract {
  @Override
  String fileSystem() {
    return "btrfs";
  }

  @Override
  boolean limitsSizes() {
    return true;
  }

  @Test
  void leastSizeIsTold() throws IOException {
    StorageDriver strict =
        new StorageDrivers().open("btrfs", dataRoot, List.of("btrfs.min_space=10g"));
    assertThatThrownBy(() ->
            strict.createWritable(
                BOX, null, new StorageDriver.WritableOptions(Map.of("size", "1g"), 0, 0)))
        .hasMessage("btrfs: storage size cannot be less than 10.74GB");
  }

  /** A container engine inside a container makes subvolumes of its own. */
  @Test
  void subvolumesThatAContainerMadeGoWithIt() throws IOException {
    Path root = box(null);
    try (Fd directory = At.open(root, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY)) {
      Btrfs.create(directory, "inner");
    }
    Files.createDirectories(root.resolve("inner/deep/down"));
    try (Fd directory =
        At.open(root.resolve("inner/deep/down"), OpenFlags.READ_ONLY | OpenFlags.DIRECTORY)) {
      Btrfs.create(directory, "innermost");
      Btrfs.create(directory, "beside");
    }
    Files.writeString(root.resolve("inner/deep/down/innermost/file"), "x");
    driver.unmount(BOX);
    driver.remove(BOX);
    assertThat(driver.layers()).isEmpty();
    assertThat(dataRoot.resolve("btrfs/.tmp")).isEmptyDirectory();
    assertThat(dataRoot.resolve("btrfs/parents")).isEmptyDirectory();
  }

  @Test
  void anotherFileSystemIsRefused(@TempDir Path elsewhere) {
    assertThatThrownBy(() -> new StorageDrivers().open("btrfs", elsewhere, List.of()))
        .isInstanceOf(DriverNotSupportedException.class)
        .hasMessageStartingWith("prerequisites for driver not satisfied (wrong filesystem?)");
  }

  @Override
  StorageDriver open(Path dataRoot) throws IOException {
    return new StorageDrivers().open("btrfs", dataRoot, List.of());
  }
}
