package dev.priok.host.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.archive.Tars;
import dev.priok.host.storage.choice.StorageDrivers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** On a pool in a file. Needs ZFS in the kernel: the virtual machine of tests/vm has it. */
@EnabledIf("isHere")
final class ZfsDriverTest extends StorageDriverContract {
  private static final long SIZE = 2L << 30;
  private static String pool = "";
  private static Path place;
  private static Path image;

  static boolean isHere() {
    return Files.exists(Path.of("/dev/zfs"));
  }

  @BeforeAll
  static void makePool() throws IOException {
    pool = "priok" + ProcessHandle.current().pid();
    image = Files.createTempFile("priok-zfs-", ".img");
    place = Files.createTempDirectory("priok-zfs-");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE);
    }
    LoopMount.run(List.of("zpool", "create", "-f", "-m", place.toString(), pool, image.toString()));
  }

  @AfterAll
  static void destroyPool() throws IOException {
    LoopMount.run(List.of("zpool", "destroy", "-f", pool));
    Files.deleteIfExists(image);
    Files.deleteIfExists(place);
  }

  /** Data roots of the fixture are folders in /tmp; this driver's are in the pool. */
  @Override
  StorageDriver open(Path dataRoot) throws IOException {
    return new StorageDrivers().open("zfs", dataRoot, List.of("zfs.fsname=" + pool));
  }

  @Override
  boolean limitsSizes() {
    return true;
  }

  /** ZFS writes some time later, and counts only then. */
  @Override
  int limitMegabytes() {
    return 32;
  }

  @Test
  void theFileSystemOfTheDataRootIsFound() throws IOException {
    Path root = Files.createDirectory(place.resolve("data-root"));
    try (StorageDriver found = new StorageDrivers().open("zfs", root, List.of())) {
      assertThat(found.status())
          .containsEntry("Zpool", pool)
          .containsEntry("Zpool Health", "ONLINE")
          .containsEntry("Parent Dataset", pool)
          .containsEntry("Parent Quota", "no")
          .containsKeys("Space Used By Parent", "Space Available", "Compression");
      assertThat(found.status().keySet())
          .containsExactly(
              "Zpool",
              "Zpool Health",
              "Parent Dataset",
              "Space Used By Parent",
              "Space Available",
              "Parent Quota",
              "Compression");
      found.create(BASE, null);
      assertThat(found.details(BASE))
          .isEqualTo(Map.of("Dataset", pool + "/base", "Mountpoint", root + "/zfs/graph/base"));
      found.remove(BASE);
    }
  }

  @Test
  void whatCannotBeUsedIsRefused(@TempDir Path elsewhere) throws IOException {
    assertThatThrownBy(() -> new StorageDrivers().open("zfs", elsewhere, List.of()))
        .isInstanceOf(DriverNotSupportedException.class)
        .hasMessageStartingWith("prerequisites for driver not satisfied (wrong filesystem?)");
    assertThatThrownBy(
            () -> new StorageDrivers().open("zfs", elsewhere, List.of("zfs.fsname=nowhere/at-all")))
        .hasMessageStartingWith("Cannot find root filesystem nowhere/at-all: ");
    assertThatThrownBy(() -> new StorageDrivers().open("zfs", elsewhere, List.of("zfs.size=1")))
        .hasMessage("Unknown option zfs.size");
  }

  /** A crash between any two steps of making and removing, and a hand in the folder. */
  @Test
  void whatACrashLeftIsSwept() throws IOException {
    base(Tars.tar().file("a", "a"));
    top(Tars.tar().file("b", "b"));
    box(TOP);
    driver.unmount(BOX);
    Files.delete(dataRoot.resolve("zfs/layers/box")); // its file system has no record now
    LoopMount.run(List.of("zfs", "create", "-o", "mountpoint=none", pool + "/somebodys"));
    restart();
    driver.sweep(Set.of(TOP));
    assertThat(fileSystems()).contains("/base", "/top", "/somebodys").doesNotContain("/box");
    LoopMount.run(List.of("zfs", "destroy", pool + "/somebodys"));
  }

  /** The record is there and the file system is not: a clear word, and removal works. */
  @Test
  void aFileSystemThatSomebodyDestroyedIsTold() throws IOException {
    base(Tars.tar().file("a", "a"));
    LoopMount.run(List.of("zfs", "destroy", "-r", pool + "/base"));
    assertThatThrownBy(() -> driver.mount(BASE))
        .hasMessage("layer base is damaged: there is no ZFS file system " + pool + "/base");
    driver.remove(BASE);
    base(Tars.tar().file("a", "again"));
    assertThat(driver.mount(BASE).resolve("a")).hasContent("again");
    driver.unmount(BASE);
  }

  @Test
  void aLeftFileSystemOfOursGivesWay() throws IOException {
    base(Tars.tar().file("a", "a"));
    Files.delete(dataRoot.resolve("zfs/layers/base"));
    restart();
    base(Tars.tar().file("b", "b"));
    Path root = driver.mount(BASE);
    assertThat(root.toFile().list()).containsExactly("b");
    driver.unmount(BASE);
  }

  private static String fileSystems() throws IOException {
    return said("zfs", "list", "-H", "-o", "name", "-r", pool);
  }

  private static String said(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(
        process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }
}
