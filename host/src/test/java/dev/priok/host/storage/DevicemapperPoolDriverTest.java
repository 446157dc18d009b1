package dev.priok.host.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.archive.RemoveTree;
import dev.priok.host.storage.choice.StorageDrivers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** On a pool that somebody made, with xfs. */
@EnabledIf("isHere")
final class DevicemapperPoolDriverTest extends DevicemapperContract {
  private static final long DATA = 3L << 30;
  private static final long METADATA = 64L << 20;

  private final List<String> loops = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private String pool = "";

  @Override
  List<String> options() {
    return List.of("dm.basesize=320m", "dm.fs=xfs", "dm.mountopt=noatime", "dm.mountopt=nodiscard");
  }

  @Override
  int limitMegabytes() {
    return 340;
  }

  private String loop(long size) throws IOException {
    Path file = Files.createTempFile("priok-pool-", ".img");
    files.add(file);
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(size);
    }
    String device = said("losetup", "-f", "--show", file.toString()).strip();
    loops.add(device);
    return device;
  }

  @Override
  List<String> poolOptions(Path dataRoot) throws IOException {
    if (pool.isEmpty()) {
      pool = "priok-test-" + ProcessHandle.current().pid();
      String data = loop(DATA);
      String table = "0 " + DATA / 512 + " thin-pool " + loop(METADATA) + " " + data + " 128 0";
      LoopMount.run(List.of("dmsetup", "create", pool, "--table", table));
    }
    return List.of("dm.thinpooldev=/dev/mapper/" + pool);
  }

  @Override
  void removeBelow() throws IOException {
    LoopMount.run(List.of("dmsetup", "remove", "--retry", pool));
    for (String device : loops) {
      LoopMount.run(List.of("losetup", "-d", device));
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
    pool = "";
    loops.clear();
    files.clear();
  }

  @Test
  void aPoolThatIsUsedAlreadyIsNotTaken() throws IOException {
    driver.close();
    Path other = Files.createTempDirectory("priok-storage-");
    assertThatThrownBy(() -> open(other))
        .hasMessage(
            "devmapper: Unable to take ownership of thin-pool ("
                + pool
                + ") that already has used data blocks");
    RemoveTree.at(other);
    driver = open(dataRoot);
    assertThat(driver.status())
        .containsEntry("Pool Name", pool)
        .containsEntry("Backing Filesystem", "xfs")
        .doesNotContainKeys("Data file", "Data loop");
  }

  @Test
  void whatIsNoPoolIsRefused() {
    StorageDrivers drivers = new StorageDrivers();
    assertThatThrownBy(
            () -> drivers.open("devicemapper", dataRoot, List.of("dm.thinpooldev=nobodys")))
        .hasMessageStartingWith("devmapper: there is no thin pool nobodys");
    assertThatThrownBy(() ->
            drivers.open(
                "devicemapper",
                dataRoot.resolve("x"),
                List.of("dm.datadev=/dev/nothing", "dm.metadatadev=/dev/nothing")))
        .hasMessage("devmapper: device /dev/nothing: No such file or directory");
  }
}
