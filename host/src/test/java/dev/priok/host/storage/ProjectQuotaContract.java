package dev.priok.host.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.priok.host.archive.RemoveTree;
import dev.priok.host.archive.Tars;
import dev.priok.host.storage.StorageDriver.WritableOptions;
import dev.priok.host.storage.choice.StorageDrivers;
import dev.priok.host.storage.quota.FolderLimits;
import dev.priok.host.storage.quota.SizeLimits;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.ProjectQuota;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of containers and folders. Needs project quotas in the kernel. */
abstract class ProjectQuotaContract {
  private static final LayerId BASE = new LayerId("base");
  private static final LayerId BOX = new LayerId("box");
  private static final LayerId FREE = new LayerId("free");
  private static @Nullable LoopMount loop;

  abstract String fileSystem();

  abstract String mountOption();

  private LoopMount mount() throws IOException {
    LoopMount made = loop;
    if (made == null) {
      made = LoopMount.of(fileSystem(), "loop," + mountOption());
      loop = made;
    }
    return made;
  }

  @AfterAll
  static void unmount() throws IOException {
    LoopMount made = loop;
    loop = null;
    if (made != null) {
      made.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlay2", "fuse-overlayfs", "overlay", "vfs"})
  void aContainersLayerTakesNoMore(String name) throws IOException {
    Path root = Files.createTempDirectory(mount().place(), "root-");
    StorageDrivers drivers = new StorageDrivers();
    StorageDriver opened;
    try {
      opened = drivers.open(name, root, List.of());
    } catch (DriverNotSupportedException e) {
      assertThat(name).isEqualTo("fuse-overlayfs"); // only a program may be missing
      assumeTrue(false, e.getMessage());
      return;
    }
    try (StorageDriver driver = opened) {
      driver.create(BASE, null);
      driver.apply(BASE, Tars.tar().file("a", "a").file("etc/b", "b").stream());
      LayerId init = driver.init(BASE);
      driver.createWritable(BOX, init, new WritableOptions(Map.of("size", "8m"), 0, 0));
      driver.createWritable(FREE, init, WritableOptions.DEFAULT);
      Path box = driver.mount(BOX);
      assertThatThrownBy(() -> LoopMount.fill(box.resolve("f"), 20))
          .hasMessageMatching("(?s).*(No space left on device|Disk quota exceeded).*");
      assertThat(Files.size(box.resolve("f"))).isBetween(6L << 20, 8L << 20);
      Files.delete(box.resolve("f"));
      LoopMount.fill(box.resolve("g"), 4);
      Files.writeString(box.resolve("a"), "changed");
      Files.move(box.resolve("g"), box.resolve("etc/g"));
      LoopMount.fill(driver.mount(FREE).resolve("f"), 20);
      driver.unmount(BOX);
      driver.unmount(FREE);
      for (LayerId layer : List.of(BOX, FREE, BASE)) {
        driver.remove(layer);
      }
    }
    RemoveTree.at(root);
  }

  @Test
  void overlay2HasADefault() throws IOException {
    Path root = Files.createTempDirectory(mount().place(), "root-");
    try (StorageDriver driver =
        new StorageDrivers().open("overlay2", root, List.of("overlay2.size=4m"))) {
      driver.createWritable(BOX, null, WritableOptions.DEFAULT);
      Path box = driver.mount(BOX);
      assertThatThrownBy(() -> LoopMount.fill(box.resolve("f"), 20))
          .isInstanceOf(IOException.class);
      driver.unmount(BOX);
      driver.createWritable(FREE, null, new WritableOptions(Map.of("size", "16m"), 0, 0));
      LoopMount.fill(driver.mount(FREE).resolve("f"), 12);
      driver.unmount(FREE);
      driver.remove(BOX);
      driver.remove(FREE);
    }
    RemoveTree.at(root);
  }

  /** Numbers are with the folders: a new daemon goes on after the highest one. */
  @Test
  void noTwoFoldersShareAProject() throws IOException {
    Path place = Files.createTempDirectory(mount().place(), "place-");
    Set<Integer> projects = new HashSet<>();
    for (int daemon = 0; daemon < 3; daemon++) {
      FolderLimits limits = new FolderLimits(place, "_data");
      assertThat(limits.areKept()).isTrue();
      for (int i = 0; i < 3; i++) {
        Path folder = Files.createDirectories(place.resolve("v" + daemon + i + "/_data"));
        limits.limit(folder, 1 << 20);
        try (Fd open = At.open(folder, OpenFlags.READ_ONLY)) {
          projects.add(ProjectQuota.project(open));
        }
      }
    }
    assertThat(projects).hasSize(9).allMatch(project -> project > 1 << 20);
    Path full = place.resolve("v00/_data/f");
    assertThatThrownBy(() -> LoopMount.fill(full, 2)).isInstanceOf(IOException.class);
    try (Fd open = At.open(place.resolve("v00/_data"), OpenFlags.READ_ONLY)) {
      assertThat(ProjectQuota.used(open, ProjectQuota.project(open))).isGreaterThan(512 << 10);
    }
    RemoveTree.at(place);
  }

  /** Who gave the place itself a project has limited all of it, and that is not ours to end. */
  @Test
  void thePlacesOwnLimitOutlivesItsFolders() throws IOException {
    Path place = Files.createTempDirectory(mount().place(), "place-");
    try (Fd open = At.open(place, OpenFlags.READ_ONLY)) {
      ProjectQuota.limit(open, 3 << 20, 4 << 20);
      ProjectQuota.join(open, 3 << 20);
    }
    SizeLimits limits = SizeLimits.of(place, "_data");
    Path folder = Files.createDirectories(place.resolve("v/_data"));
    limits.remove(folder);
    assertThat(folder).doesNotExist();
    assertThatThrownBy(() -> LoopMount.fill(place.resolve("f"), 8)).isInstanceOf(IOException.class);
    RemoveTree.at(place);
  }
}
