package dev.priok.host.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.archive.RemoveTree;
import dev.priok.host.storage.choice.StorageDrivers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The choice of a driver, and the options of each. */
final class StorageDriversTest {
  @TempDir Path dataRoot;

  private final StorageDrivers drivers = new StorageDrivers();

  /** Links to /proc among the layers are none of the temporary folder's business. */
  @AfterEach
  void removeLayers() throws IOException {
    for (String name : drivers.names()) {
      RemoveTree.at(dataRoot.resolve(name));
    }
  }

  private String chosen(@Nullable String name, String... options) throws IOException {
    try (StorageDriver driver = drivers.open(name, dataRoot, List.of(options))) {
      return driver.name();
    }
  }

  private void layerIn(String name) throws IOException {
    try (StorageDriver driver = drivers.open(name, dataRoot, List.of())) {
      driver.create(new LayerId("some-layer"), null);
    }
  }

  @Test
  void theOrderIsThatOfThePage() {
    assertThat(drivers.names())
        .containsExactly(
            "overlay2", "fuse-overlayfs", "btrfs", "zfs", "overlay", "vfs", "devicemapper", "aufs");
  }

  @Test
  void choosesTheBestThatWorks() throws IOException {
    assertThat(chosen(null)).isEqualTo("overlay2");
  }

  @Test
  void theNamedOneWins() throws IOException {
    layerIn("overlay2");
    for (String name : List.of("vfs", "overlay", "OVERLAY2", "fuse-overlayfs")) {
      assertThat(chosen(name)).isEqualToIgnoringCase(name);
    }
  }

  @Test
  void theOneWithLayersWinsAndTrialsWithOthersDoNotCount() throws IOException {
    layerIn("overlay");
    assertThat(chosen("fuse-overlayfs")).isEqualTo("fuse-overlayfs");
    assertThat(chosen(null)).isEqualTo("overlay");
  }

  @Test
  void layersOfVfsBindWhereNoOtherHasAny() throws IOException {
    layerIn("vfs");
    assertThat(chosen(null)).isEqualTo("vfs");
    layerIn("overlay2");
    assertThat(chosen(null)).isEqualTo("overlay2");
  }

  @Test
  void severalWithLayersAreListedInDockersSentence() throws IOException {
    layerIn("overlay");
    layerIn("overlay2");
    assertThatThrownBy(() -> chosen(null))
        .hasMessage(
            dataRoot
                + " contains several valid graphdrivers: overlay2, overlay; cleanup or explicitly"
                + " choose storage driver (-s <DRIVER>)");
  }

  @Test
  void unknownNamesAndOptionsAreRefused() {
    for (String name : List.of("floppy")) {
      assertThatThrownBy(() -> chosen(name)).hasMessage("driver not supported");
    }
    Map<String, String> foreign =
        Map.of(
            "overlay2", "overlay2.nonsense",
            "overlay", "overlay2.size",
            "fuse-overlayfs", "overlay2.size",
            "vfs", "btrfs.min_space");
    foreign.forEach((name, option) ->
        assertThatThrownBy(() -> chosen(name, option + "=1"))
            .hasMessage(name + ": unknown option " + option));
    assertThatThrownBy(() -> chosen("overlay2", "nonsense"))
        .hasMessage("Unable to parse key/value option: nonsense");
  }

  /** Where nothing counts what a project uses a limit would mean nothing. */
  @Test
  void limitsWithoutProjectQuotasAreRefused() throws IOException {
    try (LoopMount plain = LoopMount.of("xfs")) {
      assertThatThrownBy(() -> drivers.open("overlay2", plain.place(), List.of("overlay2.size=1g")))
          .hasMessage(
              "Storage option overlay2.size not supported. Filesystem does not support Project Quota: Filesystem does not support, or has not enabled quotas");
      try (StorageDriver driver = drivers.open("overlay2", plain.place(), List.of())) {
        assertThat(driver.status())
            .containsEntry("Backing Filesystem", "xfs")
            .containsEntry("Supports d_type", "true")
            .containsEntry("Using metacopy", "false")
            .containsEntry("Native Overlay Diff", "true")
            .containsEntry("userxattr", "false");
        assertThatThrownBy(() ->
                driver.createWritable(
                    LayerId.random(),
                    null,
                    new StorageDriver.WritableOptions(Map.of("size", "1g"), 0, 0)))
            .hasMessage(
                "--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
      }
    }
  }

  @Test
  void anImageOfTooManyLayersIsRefusedBeforeAnybodyNeedsIt() throws IOException {
    try (StorageDriver driver = drivers.open("overlay2", dataRoot, List.of())) {
      LayerId below = null;
      for (int i = 0; i < 396; i++) {
        LayerId layer = LayerId.random();
        driver.create(layer, below);
        below = layer;
      }
      LayerId top = below;
      assertThatThrownBy(() -> driver.create(LayerId.random(), top))
          .hasMessage("max depth exceeded");
      LayerId box = LayerId.random();
      driver.createWritable(box, driver.init(top), StorageDriver.WritableOptions.DEFAULT);
      assertThat(Files.exists(driver.mount(box).resolve("etc/hosts"))).isTrue();
      driver.unmount(box);
    }
  }
}
