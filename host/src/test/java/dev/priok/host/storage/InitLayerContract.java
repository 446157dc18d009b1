package dev.priok.host.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.archive.Tars;
import dev.priok.host.storage.StorageDriver.Change;
import dev.priok.host.storage.StorageDriver.ChangeKind;
import dev.priok.host.storage.StorageDriver.WritableOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The layer between an image and its containers: {@link StorageDriver#init}. */
abstract class InitLayerContract extends StorageDriverFixture {
  @Test
  void whatMountsNeedIsNoWorkOfTheContainers() throws IOException {
    base(Tars.tar().directory("etc", 0750).file("etc/passwd", "root"));
    Path root = box(driver.init(BASE));
    assertThat(root.toFile().list())
        .containsExactlyInAnyOrder(".dockerenv", "dev", "etc", "proc", "sys");
    assertThat(root.resolve("etc").toFile().list())
        .containsExactlyInAnyOrder("passwd", "hosts", "hostname", "resolv.conf", "mtab");
    assertThat(root.resolve("dev").toFile().list())
        .containsExactlyInAnyOrder("console", "pts", "shm");
    assertThat(Files.readSymbolicLink(root.resolve("etc/mtab"))).hasToString("/proc/mounts");
    assertThat(Files.getPosixFilePermissions(root.resolve("etc")))
        .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-x---"));
    assertThat(driver.changes(BOX)).isEmpty();
    assertThat(driver.size(BOX)).isZero();
    Files.writeString(root.resolve("etc/passwd"), "root and others");
    driver.unmount(BOX);
    assertThat(driver.changes(BOX))
        .containsExactlyInAnyOrder(
            new Change("/etc", ChangeKind.MODIFIED),
            new Change("/etc/passwd", ChangeKind.MODIFIED));
    assertThat(Tars.names(diff(BOX))).containsExactlyInAnyOrder("etc/", "etc/passwd");
    assertThat(mounts()).isEmpty();
  }

  @Test
  void anImagesOwnFilesAndLinksGiveWayToMountPoints() throws IOException {
    Path outside = Files.createDirectory(dataRoot.resolve("outside"));
    base(
        Tars.tar()
            .symlink("etc", outside.toString())
            .directory("dev", 0755)
            .symlink("dev/shm", "../../../outside")
            .file("proc", "a file"));
    Path root = box(driver.init(BASE));
    assertThat(root.resolve("etc"))
        .isDirectory()
        .satisfies(p -> assertThat(Files.isSymbolicLink(p)).isFalse());
    assertThat(root.resolve("etc/hosts")).isEmptyFile();
    assertThat(root.resolve("proc")).isDirectory();
    assertThat(Files.isSymbolicLink(root.resolve("dev/shm"))).isFalse();
    assertThat(outside).isEmptyDirectory();
    driver.unmount(BOX);
    assertThat(driver.changes(BOX)).isEmpty();
    Path image = driver.mount(BASE);
    assertThat(Files.isSymbolicLink(image.resolve("etc"))).isTrue();
    driver.unmount(BASE);
  }

  @Test
  void anInitLayerIsSharedAndGoesWithItsImage() throws IOException {
    base(Tars.tar().file("a", "a"));
    LayerId init = driver.init(BASE);
    assertThat(driver.init(BASE)).isEqualTo(init);
    assertThat(driver.init(null)).isNotEqualTo(init);
    driver.createWritable(BOX, init, WritableOptions.DEFAULT);
    assertThatThrownBy(() -> driver.remove(BASE)).isInstanceOf(IOException.class);
    driver.sweep(Set.of(BASE, BOX));
    assertThat(driver.layers()).containsExactlyInAnyOrder(BASE, init, BOX);
    restart();
    driver.sweep(Set.of(BASE));
    assertThat(driver.layers()).containsExactlyInAnyOrder(BASE, init);
    driver.remove(BASE);
    assertThat(driver.layers()).isEmpty();
  }

  @Test
  void manyThreadsMakeOneInitLayer() throws Exception {
    base(Tars.tar().file("a", "a"));
    List<Callable<LayerId>> work = java.util.Collections.nCopies(12, () -> driver.init(BASE));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<LayerId> result : threads.invokeAll(work)) {
        assertThat(result.get()).isEqualTo(driver.init(BASE));
      }
    }
    assertThat(driver.layers()).hasSize(2);
    assertThat(mounts()).isEmpty();
  }
}
