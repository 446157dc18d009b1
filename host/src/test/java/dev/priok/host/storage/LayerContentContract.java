package dev.priok.host.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.archive.RemoveTree;
import dev.priok.host.archive.TarEntry;
import dev.priok.host.archive.Tars;
import dev.priok.host.storage.StorageDriver.Change;
import dev.priok.host.storage.StorageDriver.ChangeKind;
import dev.priok.host.storage.StorageDriver.WritableOptions;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Device;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What can be in a layer, and what a container can do with it, whichever way layers are kept. */
abstract class LayerContentContract extends InitLayerContract {
  private static final LayerId COPY = new LayerId("copy");

  /** The container's work as a layer of its own, as commit makes it. */
  private Path committed() throws IOException {
    driver.unmount(BOX);
    driver.create(COPY, driver.parent(BOX));
    driver.apply(COPY, new ByteArrayInputStream(diff(BOX)));
    return driver.mount(COPY);
  }

  private static Fd folder(Path directory) throws IOException {
    return At.open(directory, OpenFlags.PATH | OpenFlags.DIRECTORY);
  }

  @Test
  void aFileWithHolesKeepsItsLengthAndStaysSmall() throws IOException {
    base(Tars.tar().file("a", "a"));
    Path root = box(BASE);
    long length = 64L << 20;
    try (RandomAccessFile file = new RandomAccessFile(root.resolve("disk").toFile(), "rw")) {
      file.seek(length / 2);
      file.write("middle".getBytes(UTF_8));
      file.setLength(length);
    }
    Path disk = committed().resolve("disk");
    assertThat(Files.size(disk)).isEqualTo(length);
    try (InputStream in = Files.newInputStream(disk)) {
      in.skipNBytes(length / 2);
      assertThat(new String(in.readNBytes(6), UTF_8)).isEqualTo("middle");
    }
    Process du = new ProcessBuilder("du", "-k", disk.toString()).start();
    String kilobytes = new String(du.getInputStream().readAllBytes(), UTF_8).split("\\s", 2)[0];
    assertThat(Long.parseLong(kilobytes)).isLessThan(1024);
    driver.unmount(COPY);
  }

  @Test
  void namesNeedNotBeText() throws IOException {
    Tars tar = Tars.tar();
    String[] names = {"\udcff\udcfe", "n\u00e4me", "\u65e5\u672c", "a b\tc", "q\"'\\", "new\nline"};
    driver.create(BASE, null);
    for (String name : names) {
      tar.file(name, name.length() + "");
    }
    driver.apply(BASE, tar.stream());
    box(BASE);
    try (Fd directory = folder(driver.place(BOX))) {
      assertThat(At.list(directory)).extracting(e -> e.name()).containsExactlyInAnyOrder(names);
      At.remove(directory, names[0]);
    }
    driver.unmount(BOX);
    assertThat(driver.changes(BOX)).containsExactly(new Change("/" + names[0], ChangeKind.DELETED));
    assertThat(Tars.names(diff(BOX))).containsExactly(".wh." + names[0]);
  }

  @Test
  void socketsStayOutOfTars() throws IOException {
    base(Tars.tar().file("a", "a"));
    Path root = box(BASE);
    try (Fd directory = folder(root)) {
      At.makeNode(directory, "socket", FileStat.SOCKET | 0600, 0);
    }
    Files.writeString(root.resolve("b"), "b");
    driver.unmount(BOX);
    assertThat(driver.changes(BOX)).extracting(Change::path).containsExactly("/b", "/socket");
    assertThat(Tars.names(diff(BOX))).containsExactly("b");
  }

  @Test
  void deviceNodesOfContainersTravel() throws IOException {
    Path root = box(null);
    try (Fd directory = folder(root)) {
      At.makeNode(directory, "zero", FileStat.CHARACTER_DEVICE | 0640, Device.of(1, 5));
      At.makeNode(directory, "disk", FileStat.BLOCK_DEVICE | 0600, Device.of(7, 200));
    }
    try (Fd directory = folder(committed())) {
      assertThat(At.stat(directory, "zero").rdev()).isEqualTo(Device.of(1, 5));
      assertThat(At.stat(directory, "zero").permissions()).isEqualTo(0640);
      assertThat(At.stat(directory, "disk").type()).isEqualTo(FileStat.BLOCK_DEVICE);
    }
    driver.unmount(COPY);
  }

  @Test
  void hardLinksOfContainersTravel() throws IOException {
    Path root = box(null);
    Files.writeString(root.resolve("one"), "content");
    Files.createDirectory(root.resolve("d"));
    Files.createLink(root.resolve("d/two"), root.resolve("one"));
    assertThat(sizeAfterUnmount()).isEqualTo(7);
    Path copy = committed();
    assertThat(Files.getAttribute(copy.resolve("one"), "unix:ino"))
        .isEqualTo(Files.getAttribute(copy.resolve("d/two"), "unix:ino"));
    driver.unmount(COPY);
  }

  private long sizeAfterUnmount() throws IOException {
    driver.unmount(BOX);
    long size = driver.size(BOX);
    driver.mount(BOX);
    return size;
  }

  @Test
  void aLayerThatReplacesAFileLeavesTheOneBelowAlone() throws IOException {
    base(Tars.tar().file("one", "base").hardLink("two", "one").directory("d", 0755));
    top(
        Tars.tar()
            .file("one", "top", 0600, 5, 6)
            .entry(TarEntry.directory("d", 0700, 77), new byte[0]));
    Path below = driver.mount(BASE);
    assertThat(below.resolve("one")).hasContent("base");
    assertThat(Files.getAttribute(below.resolve("one"), "unix:uid")).isEqualTo(0);
    assertThat(Files.getAttribute(below.resolve("d"), "unix:mode")).isEqualTo(040755);
    driver.unmount(BASE);
    Path above = driver.mount(TOP);
    assertThat(above.resolve("one")).hasContent("top");
    assertThat(above.resolve("two")).hasContent("base");
    assertThat(Files.getAttribute(above.resolve("d"), "unix:mode")).isEqualTo(040700);
    driver.unmount(TOP);
  }

  @Test
  void aContainerChangesNothingBelow() throws IOException {
    base(Tars.tar().file("f", "base").directory("d", 0755).file("d/x", "x"));
    Path root = box(BASE);
    Files.writeString(root.resolve("f"), "changed in place");
    Files.setAttribute(root.resolve("d/x"), "unix:uid", 99);
    Files.setAttribute(root.resolve("d"), "unix:mode", 0700);
    driver.unmount(BOX);
    Path below = driver.mount(BASE);
    assertThat(below.resolve("f")).hasContent("base");
    assertThat(Files.getAttribute(below.resolve("d/x"), "unix:uid")).isEqualTo(0);
    assertThat(Files.getAttribute(below.resolve("d"), "unix:mode")).isEqualTo(040755);
    driver.unmount(BASE);
    assertThat(driver.changes(BOX))
        .containsExactlyInAnyOrder(
            new Change("/d", ChangeKind.MODIFIED),
            new Change("/d/x", ChangeKind.MODIFIED),
            new Change("/f", ChangeKind.MODIFIED));
  }

  @Test
  void ownerModeAndTimesOfAContainersWorkTravel() throws IOException {
    base(Tars.tar().directory("d", 0755));
    Path root = box(BASE);
    Path file = Files.writeString(root.resolve("d/f"), "x");
    Files.setAttribute(file, "unix:uid", 1_000_000);
    Files.setAttribute(file, "unix:gid", 65_534);
    Files.setAttribute(file, "unix:mode", 04711);
    Instant time = Instant.ofEpochSecond(86_400, 5_000);
    Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.from(time));
    Files.setLastModifiedTime(
        root.resolve("d"), java.nio.file.attribute.FileTime.from(Instant.ofEpochSecond(12)));
    Path copy = committed();
    assertThat(Files.getAttribute(copy.resolve("d/f"), "unix:uid")).isEqualTo(1_000_000);
    assertThat(Files.getAttribute(copy.resolve("d/f"), "unix:gid")).isEqualTo(65_534);
    assertThat(Files.getAttribute(copy.resolve("d/f"), "unix:mode")).isEqualTo(0104711);
    try (Fd directory = folder(copy.resolve("d"))) {
      assertThat(At.stat(directory, "f").modified()).isEqualTo(time);
      assertThat(At.stat(directory).modified()).isEqualTo(Instant.ofEpochSecond(12));
    }
    driver.unmount(COPY);
  }

  @Test
  void attributesAndCapabilitiesOfAContainersWorkTravel() throws IOException {
    byte[] capability = {1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    base(Tars.tar().file("ping", "program"));
    Path root = box(BASE);
    Xattrs.set(root.resolve("ping"), "security.capability", capability);
    Files.createDirectory(root.resolve("d"));
    Xattrs.set(root.resolve("d"), "trusted.note", new byte[] {1});
    Path copy = committed();
    assertThat(Xattrs.get(copy.resolve("ping"), "security.capability")).contains(capability);
    assertThat(Xattrs.get(copy.resolve("d"), "trusted.note")).contains(new byte[] {1});
    driver.unmount(COPY);
  }

  @Test
  void marksOfDriversInATarHaveNoPower() throws IOException {
    base(Tars.tar().directory("d", 0755).file("d/x", "x"));
    driver.create(TOP, BASE);
    byte[] yes = {'y'};
    Map<String, byte[]> marks = Map.of("trusted.overlay.opaque", yes, "user.overlay.opaque", yes);
    TarEntry hostile = new TarEntry("d", TarEntry.DIRECTORY, "", 0755, 0, 0, 0, 5, 0, 0, 0, marks);
    driver.apply(TOP, Tars.tar().entry(hostile, new byte[0]).stream());
    assertThat(driver.mount(TOP).resolve("d/x")).hasContent("x");
    driver.unmount(TOP);
  }

  @Test
  void aFolderThatWasGoneComesBackEmpty() throws IOException {
    base(Tars.tar().directory("d", 0755).file("d/x", "x"));
    top(Tars.tar().file(".wh.d", ""));
    LayerId third = new LayerId("third");
    driver.create(third, TOP);
    driver.apply(third, Tars.tar().directory("d", 0755).file("d/y", "y").stream());
    assertThat(driver.mount(third).resolve("d").toFile().list()).containsExactly("y");
    driver.unmount(third);
    assertThat(driver.mount(TOP).resolve("d")).doesNotExist();
    driver.unmount(TOP);
  }

  @Test
  void whiteoutsOfNothingAreHarmless() throws IOException {
    base(Tars.tar().directory("d", 0755).file("d/x", "x"));
    top(Tars.tar().file(".wh.never", "").file("d/.wh.never", "").file("d/y", "y"));
    Path root = driver.mount(TOP);
    assertThat(root.toFile().list()).containsExactly("d");
    assertThat(root.resolve("d").toFile().list()).containsExactlyInAnyOrder("x", "y");
    driver.unmount(TOP);
  }

  @Test
  void filesAndFoldersMoveInAContainer() throws IOException {
    base(Tars.tar().file("f", "file").directory("d", 0755).file("d/x", "x").directory("e", 0755));
    Path root = box(BASE);
    Files.move(root.resolve("f"), root.resolve("e/g"));
    Files.move(root.resolve("d/x"), root.resolve("f"));
    Files.createDirectory(root.resolve("new"));
    Files.move(root.resolve("new"), root.resolve("newer"));
    Path copy = committed();
    assertThat(copy.toFile().list()).containsExactlyInAnyOrder("d", "e", "f", "newer");
    assertThat(copy.resolve("e/g")).hasContent("file");
    assertThat(copy.resolve("f")).hasContent("x");
    assertThat(copy.resolve("d")).isEmptyDirectory();
    driver.unmount(COPY);
  }

  @Test
  void aFileReplacedByRenameIsModified() throws IOException {
    base(Tars.tar().file("config", "old"));
    Path root = box(BASE);
    Files.writeString(root.resolve("config.new"), "newer");
    Files.move(
        root.resolve("config.new"), root.resolve("config"), StandardCopyOption.REPLACE_EXISTING);
    driver.unmount(BOX);
    assertThat(driver.changes(BOX)).containsExactly(new Change("/config", ChangeKind.MODIFIED));
    assertThat(Tars.names(diff(BOX))).containsExactly("config");
  }

  @Test
  void theSizeIsThatOfTheContainersOwnWork() throws IOException {
    base(Tars.tar().file("big", "x".repeat(100_000)).file("gone", "y".repeat(1000)));
    box(BASE);
    Files.writeString(driver.place(BOX).resolve("own"), "12345");
    Files.delete(driver.place(BOX).resolve("gone"));
    driver.unmount(BOX);
    assertThat(driver.size(BOX)).isEqualTo(5);
  }

  @Test
  void aTarThatBreaksOffLeavesALayerThatCanBeRemoved() throws IOException {
    byte[] whole = Tars.tar().file("a", "a").file("b", "b".repeat(5000)).bytes();
    driver.create(BASE, null);
    InputStream cut = new ByteArrayInputStream(whole, 0, 2000);
    assertThatThrownBy(() -> driver.apply(BASE, cut)).isInstanceOf(IOException.class);
    driver.remove(BASE);
    assertThat(driver.layers()).isEmpty();
  }

  @Test
  void aLayerInUseIsRemovedAllTheSame() throws IOException {
    base(Tars.tar().file("a", "a"));
    Path root = box(BASE);
    try (InputStream open = Files.newInputStream(root.resolve("a"))) {
      driver.remove(BOX);
      assertThat(driver.exists(BOX)).isFalse();
      assertThat(open.read()).isEqualTo('a');
    }
    driver.createWritable(BOX, BASE, WritableOptions.DEFAULT);
    assertThat(driver.mount(BOX).toFile().list()).containsExactly("a");
    driver.unmount(BOX);
  }

  @Test
  void veryDeepTreesAreRemoved() throws IOException {
    box(null);
    Process deep =
        new ProcessBuilder(
                "sh",
                "-c",
                "cd '"
                    + driver.place(BOX)
                    + "'; i=0; while [ $i -lt 300 ]; do mkdir d && cd -P d"
                    + " || exit 1; i=$((i+1)); done")
            .redirectErrorStream(true)
            .start();
    assertThat(deep.onExit().join().exitValue()).isZero();
    driver.unmount(BOX);
    driver.remove(BOX);
    assertThat(driver.exists(BOX)).isFalse();
    driver.sweep(Set.of());
    assertThat(dataRoot.resolve(driver.name()).resolve(".tmp")).isEmptyDirectory();
  }

  @Test
  void everyLayerTellsWhatItStandsOn() throws IOException {
    base(Tars.tar().file("a", "a"));
    top(Tars.tar().file("b", "b"));
    LayerId init = driver.init(TOP);
    driver.createWritable(BOX, init, WritableOptions.DEFAULT);
    restart();
    assertThat(driver.parent(BASE)).isNull();
    assertThat(driver.parent(TOP)).isEqualTo(BASE);
    assertThat(driver.parent(init)).isEqualTo(TOP);
    assertThat(driver.parent(BOX)).isEqualTo(init);
    assertThatThrownBy(() -> driver.parent(new LayerId("unknown"))).hasMessageContaining("unknown");
  }

  @Test
  void aContainersWorkMovesToAFreshLayer() throws IOException {
    base(Tars.tar().directory("etc", 0755).file("etc/a", "a").file("etc/b", "b"));
    LayerId init = driver.init(BASE);
    Path root = box(init);
    Files.writeString(root.resolve("etc/a"), "changed");
    Files.delete(root.resolve("etc/b"));
    Files.createDirectory(root.resolve("own"));
    RemoveTree.at(root.resolve("dev"));
    driver.unmount(BOX);
    driver.createWritable(COPY, init, WritableOptions.DEFAULT);
    driver.apply(COPY, new ByteArrayInputStream(diff(BOX)));
    assertThat(driver.changes(COPY)).isEqualTo(driver.changes(BOX));
    assertThat(diff(COPY)).isEqualTo(diff(BOX));
    Files.writeString(driver.mount(COPY).resolve("own/later"), "x");
    driver.unmount(COPY);
  }
}
