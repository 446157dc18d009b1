package dev.priok.kernel.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CallTest {
  private static final int DIRECTORY = OpenFlags.PATH | OpenFlags.DIRECTORY;
  private static final int NEW =
      OpenFlags.WRITE_ONLY | OpenFlags.CREATE | OpenFlags.EXCLUSIVE | OpenFlags.NO_FOLLOW;

  @TempDir Path temp;

  @Test
  void warmsUpAndNamesErrors() {
    NativeCalls.warmUp();
    assertThat(Errno.of(2)).isEqualTo(Errno.ENOENT);
    assertThat(Errno.of(9999)).isEqualTo(Errno.UNKNOWN);
    assertThatThrownBy(() -> At.open(temp.resolve("no"), OpenFlags.READ_ONLY))
        .isInstanceOfSatisfying(
            LinuxException.class, failure -> assertThat(failure.errno()).isEqualTo(Errno.ENOENT))
        .hasMessage("openat " + temp.resolve("no") + ": No such file or directory (ENOENT)");
  }

  @Test
  void createsReadsAndDescribesAFile() throws Exception {
    Instant when = Instant.ofEpochSecond(1_600_000_000L, 123_456_789);
    byte[] data = new byte[200_000];
    java.util.Arrays.fill(data, (byte) 7);
    try (Fd root = At.open(temp, DIRECTORY)) {
      At.makeDirectory(root, "d", 0755);
      try (Fd dir = At.openInRoot(root, "d", DIRECTORY, 0);
          Fd file = At.open(dir, "f", NEW, 0600)) {
        Io.write(file, data);
        At.changeOwner(file, 12, 34);
        At.changeMode(file, 04750);
        At.setTimes(file, when, when);
        Io.sync(file);
        FileStat stat = At.stat(dir, "f");
        assertThat(stat.isRegular()).isTrue();
        assertThat(stat.permissions()).isEqualTo(04750);
        assertThat(stat.uid()).isEqualTo(12);
        assertThat(stat.gid()).isEqualTo(34);
        assertThat(stat.size()).isEqualTo(data.length);
        assertThat(stat.modified()).isEqualTo(when);
        assertThat(stat.links()).isEqualTo(1);
        At.makeHardLink(dir, "f", root, "g");
        assertThat(At.stat(file).links()).isEqualTo(2);
        try (Fd again = At.open(temp.resolve("g"), OpenFlags.READ_ONLY)) {
          assertThat(Io.input(again).readAllBytes()).isEqualTo(data);
        }
      }
      At.makeNode(root, "null", FileStat.CHARACTER_DEVICE | 0666, Device.of(1, 3));
      FileStat node = At.stat(root, "null");
      assertThat(node.rdev()).isEqualTo(Device.of(1, 3));
      assertThat(Device.major(node.rdev())).isEqualTo(1);
      assertThat(Device.minor(Device.of(511, 70_000))).isEqualTo(70_000);
      At.makeNode(root, "pipe", FileStat.FIFO | 0600, 0);
      assertThat(At.list(root))
          .extracting(DirectoryEntry::name)
          .containsExactlyInAnyOrder("d", "g", "null", "pipe");
      assertThat(At.list(root))
          .filteredOn(entry -> entry.name().equals("pipe"))
          .extracting(DirectoryEntry::type)
          .containsExactly(FileStat.FIFO);
    }
  }

  @Test
  void neverLeavesTheRoot() throws Exception {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Path inside = Files.createDirectory(temp.resolve("root"));
    Files.createDirectory(inside.resolve("etc"));
    Files.createSymbolicLink(inside.resolve("absolute"), Path.of("/etc"));
    Files.createSymbolicLink(inside.resolve("up"), Path.of("../../../../etc"));
    Files.createSymbolicLink(inside.resolve("out"), outside);
    Files.writeString(outside.resolve("victim"), "untouched");
    Files.createSymbolicLink(inside.resolve("victim"), outside.resolve("victim"));
    try (Fd root = At.open(inside, DIRECTORY)) {
      long etc = At.stat(root, "etc").inode();
      for (String way : List.of("absolute", "up", "/etc", "../../etc", "etc/../up/.")) {
        try (Fd found = At.openInRoot(root, way, DIRECTORY, 0)) {
          assertThat(At.stat(found).inode()).as(way).isEqualTo(etc);
        }
      }
      assertThatThrownBy(() -> At.openInRoot(root, "out", DIRECTORY, 0).close())
          .hasMessageContaining("ENOENT");
      assertThatThrownBy(() -> At.open(root, "victim", NEW, 0644).close())
          .hasMessageContaining("EEXIST");
      assertThatThrownBy(() -> At.changeMode(root, "victim", 0777))
          .hasMessageContaining("EOPNOTSUPP");
      At.changeOwner(root, "victim", 5, 5);
      At.setTimes(root, "victim", Instant.EPOCH, Instant.EPOCH);
      assertThat(At.stat(null, outside.resolve("victim").toString()).uid()).isZero();
      assertThat(At.readLink(root, "victim")).isEqualTo(outside.resolve("victim").toString());
      assertThatThrownBy(() -> At.open(root, "etc\0/x", NEW, 0644).close())
          .hasMessageContaining("EINVAL");
    }
  }

  @Test
  void changesModesThroughPathDescriptors() throws Exception {
    Files.createDirectory(temp.resolve("d"));
    try (Fd dir = At.open(temp.resolve("d"), DIRECTORY)) {
      At.changeMode(dir, 01777);
      At.changeOwner(dir, 3, 4);
      assertThat(At.stat(dir).permissions()).isEqualTo(01777);
      assertThat(At.stat(dir).gid()).isEqualTo(4);
    }
  }

  @Test
  void renamesInAllWays() throws Exception {
    Files.writeString(temp.resolve("a"), "A");
    Files.writeString(temp.resolve("b"), "B");
    try (Fd dir = At.open(temp, DIRECTORY)) {
      assertThatThrownBy(() -> At.renameNew(dir, "a", dir, "b")).hasMessageContaining("EEXIST");
      At.exchange(dir, "a", dir, "b");
      assertThat(temp.resolve("a")).hasContent("B");
      At.rename(dir, "a", dir, "b");
      assertThat(temp.resolve("b")).hasContent("B");
      At.remove(dir, "b");
      assertThat(At.list(dir)).isEmpty();
    }
  }

  @Test
  void keepsNamesThatAreNotText() throws Exception {
    byte[] name = {
      'a', (byte) 0xff, (byte) 0xc3, (byte) 0xa4, (byte) 0xed, (byte) 0xa0, (byte) 0x80
    };
    String text = PathText.decode(name);
    assertThat(text).isEqualTo("a\udcff\u00e4\udced\udca0\udc80");
    assertThat(PathText.encode(text)).isEqualTo(name);
    String plain = "\u00e4 \ud83d\ude80 \ufffd";
    assertThat(PathText.decode(plain.getBytes(StandardCharsets.UTF_8))).isEqualTo(plain);
    assertThat(PathText.encode(plain)).isEqualTo(plain.getBytes(StandardCharsets.UTF_8));
    try (Fd dir = At.open(temp, DIRECTORY)) {
      At.open(dir, text, NEW, 0600).close();
      assertThat(At.list(dir)).extracting(DirectoryEntry::name).containsExactly(text);
      At.remove(dir, text);
    }
  }

  @Test
  void ownsDescriptors() throws Exception {
    Fd fd = At.open(temp, OpenFlags.READ_ONLY);
    assertThat(fd.procPath()).isSymbolicLink();
    fd.close();
    fd.close();
    assertThat(fd.isOpen()).isFalse();
    assertThatThrownBy(fd::number).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void pollsPipes() throws Exception {
    try (Io.Pipe pipe = Io.pipe()) {
      assertThat(Io.poll(pipe.reader(), Io.POLL_IN, 10)).isZero();
      Io.write(pipe.writer(), "x");
      assertThat(Io.poll(pipe.reader(), Io.POLL_IN, -1)).isEqualTo(Io.POLL_IN);
      Io.setNonBlocking(pipe.reader(), true);
      assertThat(Io.read(pipe.reader(), new byte[10], 0, 10)).isEqualTo(1);
      assertThatThrownBy(() -> Io.read(pipe.reader(), new byte[10], 0, 10))
          .hasMessageContaining("EAGAIN");
      pipe.writer().close();
      assertThat(Io.poll(pipe.reader(), Io.POLL_IN, -1)).isEqualTo(Io.POLL_HANG_UP);
    }
  }

  @Test
  void servesManyVirtualThreads() throws Exception {
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
        Fd dir = At.open(temp, DIRECTORY)) {
      List<Callable<Long>> work = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        String name = "file" + i;
        work.add(() -> {
          try (Fd file = At.open(dir, name, NEW, 0600)) {
            Io.write(file, name);
          }
          assertThatThrownBy(() -> At.open(dir, name, NEW, 0600).close())
              .hasMessageContaining("EEXIST");
          return At.stat(dir, name).size();
        });
      }
      for (Future<Long> done : pool.invokeAll(work)) {
        assertThat(done.get()).isBetween(5L, 7L);
      }
    }
    assertThat(temp.resolve("file499")).hasContent("file499");
  }
}
