package dev.priok.host.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.archive.Tars;
import dev.priok.host.storage.choice.StorageDrivers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** On two sparse files, as without any option. */
@EnabledIf("isHere")
final class DevicemapperLoopDriverTest extends DevicemapperContract {
  @Override
  List<String> poolOptions(Path dataRoot) {
    return List.of("dm.loopdatasize=2g", "dm.loopmetadatasize=64m");
  }

  @Test
  void infoTellsWhatDockersDoes() {
    assertThat(driver.status().keySet())
        .containsExactly(
            "Pool Name",
            "Pool Blocksize",
            "Base Device Size",
            "Backing Filesystem",
            "Udev Sync Supported",
            "Data file",
            "Metadata file",
            "Data loop file",
            "Metadata loop file",
            "Data Space Used",
            "Data Space Total",
            "Data Space Available",
            "Metadata Space Used",
            "Metadata Space Total",
            "Metadata Space Available",
            "Thin Pool Minimum Free Space",
            "Deferred Removal Enabled",
            "Deferred Deletion Enabled",
            "Deferred Deleted Device Count",
            "Driver Version");
    assertThat(driver.status())
        .containsEntry("Pool Blocksize", "65.54kB")
        .containsEntry("Data Space Total", "2.147GB")
        .containsEntry("Backing Filesystem", "ext4")
        .containsEntry("Udev Sync Supported", "true")
        .containsEntry("Data loop file", dataRoot + "/devicemapper/devicemapper/data");
  }

  @Test
  void theFilesAreSparseAndLargeWithoutAnOption() throws IOException {
    Path other = Files.createTempDirectory("priok-storage-");
    try (StorageDriver large =
        new StorageDrivers()
            .open("devicemapper", other, List.of("dm.fs=ext4", "dm.basesize=48m"))) {
      Path data = other.resolve("devicemapper/devicemapper/data");
      assertThat(Files.size(data)).isEqualTo(100L << 30);
      assertThat(Files.size(data.resolveSibling("metadata"))).isEqualTo(2L << 30);
      String kilobytes = said("du", "-k", data.toString()).split("\\s", 2)[0];
      assertThat(Long.parseLong(kilobytes)).isLessThan(64 * 1024);
      assertThat(large.layers()).isEmpty();
    }
    dev.priok.host.archive.RemoveTree.at(other);
  }

  @Test
  void thePoolGoesWithTheDaemonAndIsKeptWhileAContainerRuns() throws IOException {
    String pool = driver.status().getOrDefault("Pool Name", "");
    base(Tars.tar().file("a", "a"));
    Path root = box(BASE);
    driver.close();
    assertThat(devices()).contains(pool);
    Files.writeString(root.resolve("b"), "written without a daemon");
    driver = open(dataRoot);
    driver.mount(BOX);
    driver.unmount(BOX);
    driver.close();
    assertThat(devices()).doesNotContain(pool);
    driver = open(dataRoot);
    assertThat(driver.mount(BOX).resolve("b")).hasContent("written without a daemon");
    driver.unmount(BOX);
  }

  @Test
  void thePoolGrowsAlsoWhileAContainerRuns() throws IOException {
    base(Tars.tar().file("a", "a"));
    Path root = box(BASE);
    driver.close();
    driver =
        new StorageDrivers()
            .open(
                "devicemapper", dataRoot, List.of("dm.loopdatasize=3g", "dm.loopmetadatasize=64m"));
    assertThat(driver.status()).containsEntry("Data Space Total", "3.221GB");
    Files.writeString(root.resolve("b"), "b");
    driver.mount(BOX);
    driver.unmount(BOX);
  }

  /** No room in the pool: new layers are refused, a write is told, nothing else is lost. */
  @Test
  void aFullPoolIsToldAndLosesNothingElse() throws IOException {
    driver.close();
    dev.priok.host.archive.RemoveTree.at(dataRoot.resolve("devicemapper"));
    List<String> small =
        List.of("dm.fs=ext4", "dm.basesize=64m", "dm.loopdatasize=64m", "dm.loopmetadatasize=8m");
    driver = new StorageDrivers().open("devicemapper", dataRoot, small);
    base(Tars.tar().file("a", "kept"));
    Path root = box(BASE);
    byte[] megabyte = new byte[1 << 20];
    new Random(1).nextBytes(megabyte);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 62; i++) {
                Files.write(
                    root.resolve("f"),
                    megabyte,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
              }
              driver.unmount(BOX);
            })
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> driver.createWritable(TOP, BASE, StorageDriver.WritableOptions.DEFAULT))
        .hasMessageStartingWith("devmapper: Thin Pool has ")
        .hasMessageContaining("or use dm.min_free_space option to change behavior");
    assertThat(driver.exists(TOP)).isFalse();
    driver.remove(BOX);
    // what was there before is whole, and there is room again
    driver.createWritable(TOP, BASE, StorageDriver.WritableOptions.DEFAULT);
    assertThat(driver.mount(TOP).resolve("a")).hasContent("kept");
    driver.unmount(TOP);
  }
}
