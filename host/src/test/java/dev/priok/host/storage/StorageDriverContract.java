package dev.priok.host.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.priok.host.archive.RemoveTree;
import dev.priok.host.archive.TarEntry;
import dev.priok.host.archive.Tars;
import dev.priok.host.storage.StorageDriver.Change;
import dev.priok.host.storage.StorageDriver.ChangeKind;
import dev.priok.host.storage.StorageDriver.WritableOptions;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.Xattrs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What every storage driver does; a driver's own test class extends this one and says how it is
 * opened. Read from top to bottom it is the life of a layer.
 */
abstract class StorageDriverContract extends LayerContentContract {
  // ---- layers and what they show

  @Test
  void aLayerExistsAfterCreateAndNotBefore() throws IOException {
    assertThat(driver.exists(BASE)).isFalse();
    driver.create(BASE, null);
    assertThat(driver.exists(BASE)).isTrue();
    assertThat(driver.layers()).containsExactly(BASE);
    assertThatThrownBy(() -> driver.create(BASE, null)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> driver.create(TOP, new LayerId("nowhere")))
        .hasMessageContaining("nowhere");
    assertThat(driver.layers()).containsExactly(BASE);
  }

  @Test
  void upperLayersHideLowerOnes() throws IOException {
    base(Tars.tar().file("a", "base").file("b", "base").directory("d", 0755).file("d/x", "x"));
    top(Tars.tar().file("a", "top").file(".wh.b", "").file("d/y", "y"));
    Path root = driver.mount(TOP);
    assertThat(root.resolve("a")).hasContent("top");
    assertThat(root.resolve("b")).doesNotExist();
    assertThat(root.resolve("d/x")).hasContent("x");
    assertThat(root.resolve("d/y")).hasContent("y");
    driver.unmount(TOP);
  }

  @Test
  void anOpaqueDirectoryHidesEverythingBelowAndNothingOfItsOwn() throws IOException {
    base(
        Tars.tar()
            .directory("d", 0755)
            .file("d/old", "old")
            .directory("d/sub", 0755)
            .file("d/sub/old", "old"));
    top(
        Tars.tar()
            .directory("d", 0755)
            .file("d/new", "new")
            .file("d/.wh..wh..opq", "")
            .file("d/sub/new", "new"));
    Path root = driver.mount(TOP);
    assertThat(root.resolve("d").toFile().list()).containsExactlyInAnyOrder("new", "sub");
    assertThat(root.resolve("d/sub").toFile().list()).containsExactly("new");
    driver.unmount(TOP);
  }

  @Test
  void aDirectoryInPlaceOfAFileAndTheOtherWayRound() throws IOException {
    base(Tars.tar().file("f", "file").directory("d", 0755).file("d/x", "x"));
    top(Tars.tar().directory("f", 0755).file("f/in", "in").file("d", "file now"));
    Path root = driver.mount(TOP);
    assertThat(root.resolve("f/in")).hasContent("in");
    assertThat(root.resolve("d")).hasContent("file now");
    driver.unmount(TOP);
  }

  @Test
  void applyTellsTheBytesOfContent() throws IOException {
    driver.create(BASE, null);
    assertThat(driver.apply(BASE, Tars.tar().file("a", "12345").file("b", "678").stream()))
        .isEqualTo(8);
    assertThat(driver.size(BASE)).isEqualTo(8);
  }

  @Test
  void aWritableLayerKeepsItsChangesToItself() throws IOException {
    base(Tars.tar().file("a", "base"));
    Path root = box(BASE);
    Files.writeString(root.resolve("a"), "changed");
    Files.writeString(root.resolve("new"), "new");
    LayerId other = new LayerId("other");
    driver.createWritable(other, BASE, WritableOptions.DEFAULT);
    Path second = driver.mount(other);
    assertThat(second.resolve("a")).hasContent("base");
    assertThat(second.resolve("new")).doesNotExist();
    driver.unmount(other);
    driver.unmount(BOX);
    assertThat(driver.mount(BOX).resolve("a")).hasContent("changed");
    driver.unmount(BOX);
  }

  @Test
  void aWritableLayerNeedsNoParent() throws IOException {
    Path root = box(null);
    Files.writeString(root.resolve("f"), "x");
    driver.unmount(BOX);
    assertThat(Tars.names(diff(BOX))).containsExactly("f");
  }

  @Test
  void theRootOfAWritableLayerMayBelongToSomebodyElse() throws IOException {
    driver.createWritable(BOX, null, new WritableOptions(Map.of(), 1234, 5678));
    Path root = driver.mount(BOX);
    assertThat(Files.getAttribute(root, "unix:uid")).isEqualTo(1234);
    assertThat(Files.getAttribute(root, "unix:gid")).isEqualTo(5678);
    driver.unmount(BOX);
  }

  @Test
  void optionsThatCannotBeHonouredAreRefused() {
    List<Map<String, String>> wrong =
        new ArrayList<>(List.of(Map.of("nonsense", "1G"), Map.of("size", "much")));
    if (!limitsSizes()) {
      wrong.add(Map.of("size", "1G"));
    }
    for (Map<String, String> options : wrong) {
      assertThatThrownBy(() -> driver.createWritable(BOX, null, new WritableOptions(options, 0, 0)))
          .isInstanceOf(IOException.class);
      assertThat(driver.exists(BOX)).isFalse();
    }
  }

  @Test
  void aLimitedLayerTakesNoMore() throws IOException {
    assumeTrue(limitsSizes(), "no quotas in this driver, file system or kernel");
    base(Tars.tar().file("a", "a"));
    driver.createWritable(
        BOX, BASE, new WritableOptions(Map.of("size", limitMegabytes() + "m"), 0, 0));
    driver.createWritable(TOP, BASE, WritableOptions.DEFAULT);
    byte[] megabyte = new byte[1 << 20];
    new java.util.Random(1).nextBytes(megabyte);
    Path limited = driver.mount(BOX).resolve("f");
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 2 * limitMegabytes(); i++) {
                Files.write(
                    limited, megabyte, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
              }
            })
        .hasMessageMatching("(?s).*(No space left on device|Disk quota exceeded).*");
    assertThat(Files.size(limited))
        .isBetween((long) limitMegabytes() << 19, (long) limitMegabytes() << 20);
    Path free = driver.mount(TOP).resolve("f");
    for (int i = 0; i < 20; i++) {
      Files.write(free, megabyte, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    driver.unmount(BOX);
    driver.unmount(TOP);
  }

  /** A limit that the driver under test can keep; others take 20 MiB without one. */
  int limitMegabytes() {
    return 8;
  }

  /** Whether the driver under test can limit a container's layer here. */
  boolean limitsSizes() {
    return false;
  }

  @Test
  void everythingAboutAFileSurvivesApplyAndDiff() throws IOException {
    byte[] capability = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    base(
        Tars.tar()
            .entry(
                new TarEntry(
                    "ping",
                    TarEntry.FILE,
                    "",
                    06755,
                    11,
                    22,
                    0,
                    1_234_567_890,
                    123_456_789,
                    0,
                    0,
                    Map.of("security.capability", capability, "user.note", new byte[] {-1, 0})),
                new byte[0])
            .entry(
                new TarEntry("null", TarEntry.CHARACTER, "", 0666, 0, 0, 0, 7, 0, 1, 3, Map.of()),
                new byte[0])
            .entry(
                new TarEntry("pipe", TarEntry.FIFO, "", 0600, 3, 4, 0, 8, 0, 0, 0, Map.of()),
                new byte[0])
            .symlink("link", "/absolute/target")
            .file("one", "same")
            .hardLink("two", "one"));
    LayerId copy = new LayerId("copy");
    driver.create(copy, null);
    driver.apply(copy, new java.io.ByteArrayInputStream(diff(BASE)));
    assertThat(diff(copy)).isEqualTo(diff(BASE));
    Path root = driver.mount(copy);
    try (Fd directory = At.open(root, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      FileStat ping = At.stat(directory, "ping");
      assertThat(ping.permissions()).isEqualTo(06755);
      assertThat(ping.uid()).isEqualTo(11);
      assertThat(ping.gid()).isEqualTo(22);
      assertThat(ping.modified())
          .isEqualTo(java.time.Instant.ofEpochSecond(1_234_567_890, 123_456_789));
      assertThat(At.stat(directory, "null").rdev())
          .isEqualTo(dev.priok.kernel.call.Device.of(1, 3));
      assertThat(At.stat(directory, "one").inode()).isEqualTo(At.stat(directory, "two").inode());
      assertThat(At.readLink(directory, "link")).isEqualTo("/absolute/target");
    }
    assertThat(Xattrs.get(root.resolve("ping"), "security.capability")).contains(capability);
    assertThat(Xattrs.get(root.resolve("ping"), "user.note")).contains(new byte[] {-1, 0});
    driver.unmount(copy);
  }

  @Test
  void nothingInATarWritesOutsideTheLayer() throws IOException {
    Path outside = Files.createDirectory(dataRoot.resolve("outside"));
    driver.create(BASE, null);
    assertThatThrownBy(
            () -> driver.apply(BASE, Tars.tar().file("../../../outside/evil", "x").stream()))
        .isInstanceOf(IOException.class);
    driver.apply(BASE, Tars.tar().symlink("d", outside.toString()).file("d/evil", "x").stream());
    assertThat(outside).isEmptyDirectory();
  }

  // ---- differences

  @Test
  void changesAndDiffTellTheSame() throws IOException {
    base(
        Tars.tar()
            .directory("etc", 0755)
            .file("etc/passwd", "root")
            .file("etc/group", "root")
            .directory("gone", 0755)
            .file("gone/x", "x")
            .file("same", "same"));
    Path root = box(BASE);
    Files.writeString(root.resolve("etc/passwd"), "root and others");
    Files.delete(root.resolve("etc/group"));
    RemoveTree.at(root.resolve("gone"));
    Files.createDirectory(root.resolve("new"));
    Files.writeString(root.resolve("new/file"), "x");
    driver.unmount(BOX);
    assertThat(driver.changes(BOX))
        .containsExactlyInAnyOrder(
            new Change("/etc", ChangeKind.MODIFIED),
            new Change("/etc/group", ChangeKind.DELETED),
            new Change("/etc/passwd", ChangeKind.MODIFIED),
            new Change("/gone", ChangeKind.DELETED),
            new Change("/new", ChangeKind.ADDED),
            new Change("/new/file", ChangeKind.ADDED));
    // fuse-overlayfs calls every new directory opaque, which hides nothing
    assertThat(Tars.names(diff(BOX)))
        .filteredOn(name -> !name.equals("new/.wh..wh..opq"))
        .containsExactlyInAnyOrder(
            "etc/", "etc/.wh.group", "etc/passwd", ".wh.gone", "new/", "new/file");

    LayerId committed = new LayerId("committed");
    driver.create(committed, BASE);
    driver.apply(committed, new java.io.ByteArrayInputStream(diff(BOX)));
    Path again = driver.mount(committed);
    assertThat(again.toFile().list()).containsExactlyInAnyOrder("etc", "new", "same");
    assertThat(again.resolve("etc").toFile().list()).containsExactly("passwd");
    driver.unmount(committed);
  }

  @Test
  void aDirectoryRemovedAndMadeAnewShowsNothingOld() throws IOException {
    base(Tars.tar().directory("d", 0755).file("d/old", "old").file("d/both", "1"));
    Path root = box(BASE);
    RemoveTree.at(root.resolve("d"));
    Files.createDirectory(root.resolve("d"));
    Files.writeString(root.resolve("d/both"), "22");
    driver.unmount(BOX);
    assertThat(driver.changes(BOX))
        .contains(
            new Change("/d/old", ChangeKind.DELETED), new Change("/d/both", ChangeKind.MODIFIED));
    LayerId committed = new LayerId("committed");
    driver.create(committed, BASE);
    driver.apply(committed, new java.io.ByteArrayInputStream(diff(BOX)));
    Path again = driver.mount(committed);
    assertThat(again.resolve("d").toFile().list()).containsExactly("both");
    driver.unmount(committed);
  }

  @Test
  void anUntouchedLayerDiffersInNothing() throws IOException {
    base(Tars.tar().file("a", "a"));
    box(BASE);
    driver.unmount(BOX);
    assertThat(driver.changes(BOX)).isEmpty();
    assertThat(Tars.names(diff(BOX))).isEmpty();
    assertThat(driver.size(BOX)).isZero();
  }

  // ---- mounts

  @Test
  void mountsAreCounted() throws IOException {
    base(Tars.tar().file("a", "a"));
    Path root = box(BASE);
    assertThat(driver.mount(BOX)).isEqualTo(root);
    driver.unmount(BOX);
    assertThat(root.resolve("a")).hasContent("a");
    driver.unmount(BOX);
    assertThatCode(() -> driver.unmount(BOX)).doesNotThrowAnyException();
  }

  @Test
  void aRestartedDaemonFindsTheMount() throws IOException {
    base(Tars.tar().file("a", "a"));
    Path root = box(BASE);
    Files.writeString(root.resolve("a"), "written before");
    restart();
    assertThat(driver.mount(BOX)).isEqualTo(root);
    assertThat(root.resolve("a")).hasContent("written before");
    driver.unmount(BOX);
    assertThat(mounts()).isEmpty();
  }

  @Test
  void unmountAfterARestartWorksWithoutMount() throws IOException {
    base(Tars.tar().file("a", "a"));
    box(BASE);
    restart();
    driver.unmount(BOX);
    assertThat(mounts()).isEmpty();
  }

  @Test
  void manyThreadsMountAndUnmount() throws Exception {
    base(Tars.tar().file("a", "a"));
    List<Callable<Boolean>> work = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      LayerId own = new LayerId("own-" + i);
      work.add(() -> {
        driver.createWritable(own, BASE, WritableOptions.DEFAULT);
        for (int round = 0; round < 5; round++) {
          Path root = driver.mount(own);
          Files.writeString(root.resolve("f"), own.value());
          driver.unmount(own);
        }
        String content = Files.readString(driver.mount(own).resolve("f"));
        driver.remove(own);
        return content.equals(own.value());
      });
    }
    driver.createWritable(BOX, BASE, WritableOptions.DEFAULT);
    for (int i = 0; i < 8; i++) {
      work.add(() -> {
        for (int round = 0; round < 20; round++) {
          boolean there = Files.exists(driver.mount(BOX).resolve("a"));
          driver.unmount(BOX);
          if (!there) {
            return false;
          }
        }
        return true;
      });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> result : threads.invokeAll(work)) {
        assertThat(result.get()).isTrue();
      }
    }
    assertThat(mounts()).isEmpty();
    assertThat(driver.layers()).containsExactlyInAnyOrder(BASE, BOX);
  }

  @Test
  void manyLayersMount() throws IOException {
    LayerId below = null;
    for (int i = 0; i < 200; i++) {
      LayerId layer = new LayerId("layer-" + i + "-" + "0".repeat(64));
      driver.create(layer, below);
      driver.apply(layer, Tars.tar().file("f" + i, "x").stream());
      below = layer;
    }
    LayerId last = new LayerId("box-" + "0".repeat(64));
    driver.createWritable(last, below, WritableOptions.DEFAULT);
    Path root = driver.mount(last);
    assertThat(root.toFile().list()).hasSize(200);
    Files.writeString(root.resolve("f0"), "changed");
    driver.unmount(last);
    assertThat(driver.changes(last)).containsExactly(new Change("/f0", ChangeKind.MODIFIED));
  }

  // ---- removal and crashes

  @Test
  void removeUnmountsAndIsHarmlessToRepeat() throws IOException {
    base(Tars.tar().file("a", "a"));
    box(BASE);
    driver.remove(BOX);
    driver.remove(BOX);
    driver.remove(new LayerId("unknown"));
    assertThat(driver.exists(BOX)).isFalse();
    assertThat(mounts()).isEmpty();
    driver.remove(BASE);
    assertThat(driver.layers()).isEmpty();
  }

  @Test
  void aLayerWithChildrenIsNotRemoved() throws IOException {
    base(Tars.tar().file("a", "a"));
    top(Tars.tar().file("b", "b"));
    assertThatThrownBy(() -> driver.remove(BASE)).hasMessageContaining("top");
    restart();
    assertThatThrownBy(() -> driver.remove(BASE)).hasMessageContaining("top");
    driver.remove(TOP);
    driver.remove(BASE);
  }

  @Test
  void sweepRemovesWhatNobodyKnows() throws IOException {
    base(Tars.tar().file("a", "a"));
    top(Tars.tar().file("b", "b"));
    box(TOP);
    Path root = dataRoot.resolve(driver.name());
    Files.createDirectories(root.resolve(".tmp/half-made-1/diff/with/files"));
    restart();
    driver.sweep(Set.of(BASE));
    assertThat(driver.layers()).containsExactly(BASE);
    assertThat(mounts()).isEmpty();
    assertThat(root.resolve(".tmp")).isEmptyDirectory();
  }

  @Test
  void sweepKeepsWhatAKnownLayerStandsOn() throws IOException {
    base(Tars.tar().file("a", "a"));
    top(Tars.tar().file("b", "b"));
    driver.sweep(Set.of(TOP));
    assertThat(driver.mount(TOP).resolve("a")).hasContent("a");
    driver.unmount(TOP);
  }

  @Test
  void unknownLayersAreErrors() {
    LayerId unknown = new LayerId("unknown");
    assertThatThrownBy(() -> driver.mount(unknown)).hasMessageContaining("unknown");
    assertThatThrownBy(() -> driver.size(unknown)).hasMessageContaining("unknown");
    assertThatThrownBy(() -> driver.changes(unknown)).hasMessageContaining("unknown");
    assertThatThrownBy(() -> driver.apply(unknown, Tars.tar().stream()))
        .hasMessageContaining("unknown");
  }
}
