package dev.priok.host.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.storage.choice.StorageDrivers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StorageDriversTest {
  @TempDir Path dataRoot;

  private final StorageDrivers drivers = new StorageDrivers();

  private String chosen(String name) throws IOException {
    try (StorageDriver driver = drivers.open(name, dataRoot, List.of())) {
      return driver.name();
    }
  }

  @Test
  void choosesTheBestThatWorks() throws IOException {
    try (StorageDriver driver = drivers.open(null, dataRoot, List.of())) {
      assertThat(driver.name()).isEqualTo("overlay2");
    }
  }

  @Test
  void theNamedOneWins() throws IOException {
    assertThat(chosen("vfs")).isEqualTo("vfs");
    assertThat(chosen("overlay2")).isEqualTo("overlay2");
  }

  @Test
  void unknownNamesAndOptionsAreRefused() {
    assertThatThrownBy(() -> chosen("floppy")).hasMessage("driver not supported");
    assertThatThrownBy(() -> drivers.open("overlay2", dataRoot, List.of("overlay2.nonsense=1")))
        .hasMessage("overlay2: unknown option overlay2.nonsense");
    assertThatThrownBy(() -> drivers.open("overlay2", dataRoot, List.of("nonsense")))
        .hasMessage("Unable to parse key/value option: nonsense");
  }

  @Test
  void layersBindToTheirDriver() throws IOException {
    Files.createDirectories(dataRoot.resolve("overlay2/some-layer"));
    try (StorageDriver driver = drivers.open(null, dataRoot, List.of())) {
      assertThat(driver.name()).isEqualTo("overlay2");
    }
  }
}
