package dev.priok.kernel.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.namespace.Namespaces;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounts happen in mount namespaces that end with the test. */
final class FsTest {
  @TempDir Path temp;

  @Test
  void mountsOverlaysWithAwkwardNames() throws Exception {
    String result =
        Namespaces.runInNew(
            Namespaces.MOUNT,
            () -> {
              Mounts.mount("tmpfs", temp, "tmpfs", MountFlags.NO_DEV, "size=1m,mode=0755");
              Path one = Files.createDirectory(temp.resolve("lower:1,a"));
              Path two = Files.createDirectory(temp.resolve("lower\\2"));
              Path upper = Files.createDirectory(temp.resolve("up,per"));
              Path work = Files.createDirectory(temp.resolve("work"));
              Path merged = Files.createDirectory(temp.resolve("a place"));
              Files.writeString(one.resolve("who"), "one");
              Files.writeString(two.resolve("who"), "two");
              Mounts.overlay(merged, List.of(one, two), upper, work, 0, List.of("index=on"));
              MountInfo info = MountInfo.at(merged).orElseThrow();
              assertThat(info.type()).isEqualTo("overlay");
              assertThat(info.superOptions()).contains("index=on");
              assertThat(MountInfo.holding(merged.resolve("who")).orElseThrow().id())
                  .isEqualTo(info.id());
              String who = Files.readString(merged.resolve("who"));
              Files.writeString(merged.resolve("new"), "x");
              assertThat(upper.resolve("new")).exists();
              assertThat(FileSystems.usage(merged).name()).isEqualTo("overlayfs");
              assertThat(Mounts.unmountIfMounted(merged)).isTrue();
              assertThat(Mounts.unmountIfMounted(merged)).isFalse();
              return who;
            });
    assertThat(result).isEqualTo("one");
    assertThat(MountInfo.at(temp)).isEmpty();
  }

  @Test
  void bindsReadOnlyAtOnce() throws Exception {
    Path source = Files.createDirectory(temp.resolve("source"));
    Path target = Files.createDirectory(temp.resolve("target"));
    Namespaces.runInNew(
        Namespaces.MOUNT,
        () -> {
          Mounts.bind(source, target, MountFlags.READ_ONLY | MountFlags.NO_SUID);
          assertThat(MountInfo.at(target).orElseThrow().options()).contains("ro", "nosuid");
          assertThatThrownBy(() -> Files.writeString(target.resolve("x"), "x"))
              .hasMessageContaining("Read-only");
          Mounts.propagate(target, MountFlags.SHARED);
          assertThat(MountInfo.at(target).orElseThrow().isShared()).isTrue();
          return null;
        });
  }

  @Test
  void refusesOptionsThatWouldBeCut() {
    String data = "x".repeat(4096);
    assertThatThrownBy(() -> Mounts.mount("tmpfs", temp, "tmpfs", 0, data))
        .hasMessageContaining("E2BIG");
  }

  @Test
  void readsMountinfoLines() throws Exception {
    MountInfo info =
        MountInfo.parse(
            "36 35 98:0 /mnt\\0401 /a\\011b\\134c rw,noatime master:1 shared:2 - ext3 /dev/x\\040y"
                + " rw,errors=continue");
    assertThat(info.root()).isEqualTo("/mnt 1");
    assertThat(info.target()).isEqualTo("/a\tb\\c");
    assertThat(info.source()).isEqualTo("/dev/x y");
    assertThat(info.optional()).containsExactly("master:1", "shared:2");
    assertThat(info.isSlave()).isTrue();
    assertThatThrownBy(() -> MountInfo.parse("1 2 3")).hasMessageContaining("mountinfo");
    assertThat(MountInfo.read()).anyMatch(m -> m.target().equals("/proc"));
  }

  @Test
  void keepsAttributes() throws Exception {
    Path file = Files.writeString(temp.resolve("f"), "x");
    Files.createSymbolicLink(temp.resolve("link"), file);
    Xattrs.set(file, "user.test", new byte[] {1, 0, 2});
    assertThat(Xattrs.get(file, "user.test")).hasValue(new byte[] {1, 0, 2});
    assertThat(Xattrs.list(file)).contains("user.test");
    assertThat(Xattrs.get(temp.resolve("link"), "user.test")).isEmpty();
    try (Fd fd = At.open(file, OpenFlags.PATH)) {
      Xattrs.set(fd, "trusted.other", new byte[0]);
      assertThat(Xattrs.get(fd, "trusted.other")).hasValue(new byte[0]);
      assertThat(Xattrs.remove(fd, "trusted.other")).isTrue();
      assertThat(Xattrs.remove(fd, "trusted.other")).isFalse();
    }
  }

  @Test
  void locksOnce() throws Exception {
    Path file = temp.resolve("lock");
    try (Fd first = Locks.tryExclusive(file).orElseThrow()) {
      assertThat(first.isOpen()).isTrue();
      assertThat(Locks.tryExclusive(file)).isEmpty();
    }
    Locks.tryExclusive(file).orElseThrow().close();
  }

  @Test
  void measuresFileSystems() throws Exception {
    FileSystems.Usage usage = FileSystems.usage(temp);
    assertThat(usage.totalBytes()).isGreaterThan(usage.availableBytes());
    assertThat(usage.freeBytes()).isPositive();
    assertThat(FileSystems.usage(Path.of("/proc")).name()).isEqualTo("proc");
  }

  @Test
  void spreadsChildrenWhereTheFileSystemCan() throws Exception {
    int flags = OpenFlags.READ_ONLY | OpenFlags.DIRECTORY;
    try (Fd proc = At.open(Path.of("/proc/self/fd"), flags);
        Fd folder = At.open(temp, flags)) {
      assertThat(InodeFlags.spreadChildren(proc)).isFalse();
      boolean ext4 = FileSystems.usage(temp).name().equals("extfs");
      assertThat(InodeFlags.spreadChildren(folder)).isEqualTo(ext4);
      assertThat(InodeFlags.spreadChildren(folder)).as("a second time").isEqualTo(ext4);
      if (ext4) {
        try (Scratch s = Scratch.borrow()) {
          MemorySegment value = s.take(8);
          Io.ioctl(folder, 0x80086601L, value.address()); // FS_IOC_GETFLAGS
          assertThat(value.get(ValueLayout.JAVA_INT, 0) & 0x20000).isEqualTo(0x20000);
        }
      }
    }
  }
}
