package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import dev.priok.tests.support.LoopFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A day's work through the daemon on each storage driver, a killed daemon included. */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "own daemons")
final class EveryStorageDriverTest {
  @Test
  void overlay2() throws IOException {
    work("overlay2");
  }

  @Test
  void overlay() throws IOException {
    work("overlay");
  }

  @Test
  void fuseOverlayfs() throws IOException {
    work("fuse-overlayfs");
  }

  @Test
  void vfs() throws IOException {
    work("vfs");
  }

  @Test
  void btrfs() throws IOException {
    HostState before = HostState.now();
    try (LoopFileSystem disk = LoopFileSystem.of(1L << 30, "mkfs.btrfs", "-q")) {
      DaemonUnderTest d =
          DaemonUnderTest.withImage(
              "-b", "none", "-s", "btrfs", "--data-root", disk.place().resolve("data").toString());
      try {
        day(d, "btrfs", disk.place().resolve("data"));
        limited(d);
        limitedVolume(d);
      } finally {
        d.removeEverything();
        d.close();
      }
    }
    assertThat(HostState.now().addedSince(before)).isEmpty();
  }

  private static void work(String driver) throws IOException {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage("-b", "none", "-s", driver);
    try {
      day(d, driver, d.dataRoot());
    } finally {
      d.closeAndExpect(before);
    }
  }

  private static void day(DaemonUnderTest d, String driver, Path dataRoot) throws IOException {
    assertThat(d.docker("info", "--format", "{{.Driver}}").ok().text()).isEqualTo(driver);
    d.docker(
            "run",
            "--name",
            "first",
            "--net",
            "none",
            "busybox",
            "sh",
            "-c",
            "mkdir /base && echo a >/base/a && echo b >/base/b && ln /base/a /base/c")
        .ok();
    assertThat(d.docker("diff", "first").ok().lines())
        .containsExactlyInAnyOrder("A /base", "A /base/a", "A /base/b", "A /base/c");
    d.docker("commit", "first", "second").ok();
    d.docker(
            "run",
            "--name",
            "second",
            "--net",
            "none",
            "second",
            "sh",
            "-c",
            "rm /base/a && echo more >>/base/b && mkdir /new && mknod /new/pipe p")
        .ok();
    assertThat(d.docker("diff", "second").ok().lines())
        .contains("C /base", "D /base/a", "C /base/b", "A /new", "A /new/pipe");
    d.docker("commit", "second", "third").ok();
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--net",
                    "none",
                    "third",
                    "sh",
                    "-c",
                    "ls /base; cat /base/b; stat -c %F /new/pipe")
                .ok()
                .lines())
        .containsExactly("b", "c", "b", "more", "fifo");

    Path in = Files.writeString(d.scratch().resolve("in"), "copied");
    d.docker("cp", in.toString(), "second:/new/in").ok();
    d.docker("cp", "second:/new/in", in.resolveSibling("out").toString()).ok();
    assertThat(in.resolveSibling("out")).hasContent("copied");

    String mounts = "image/" + driver + "/layerdb/mounts/";
    String id = d.inspect("second", "{{.Id}}");
    Path told = dataRoot.resolve(mounts + id);
    Eventually.holds(
        "it is written", Duration.ofSeconds(5), () -> Files.exists(told.resolve("init-id")));
    assertThat(Files.readString(told.resolve("mount-id"))).matches("[0-9a-f]{64}");
    assertThat(Files.readString(told.resolve("init-id"))).endsWith("-init");
    assertThat(Files.readString(told.resolve("parent"))).matches("sha256:[0-9a-f]{64}");

    d.docker("run", "-d", "--name", "lasting", "--net", "none", "third", "sleep", "1000").ok();
    d.kill9();
    d.restart();
    assertThat(d.docker("info", "--format", "{{.Driver}}").ok().text()).isEqualTo(driver);
    assertThat(d.docker("exec", "lasting", "cat", "/base/c").ok().text()).isEqualTo("a");
    d.docker("exec", "lasting", "sh", "-c", "echo x >/written").ok();
    assertThat(d.docker("diff", "lasting").ok().lines()).containsExactly("A /written");
    d.docker("rm", "-f", "first", "second", "lasting").ok();
    Eventually.holds(
        "no container is told of any more",
        Duration.ofSeconds(5),
        () -> isEmpty(dataRoot.resolve(mounts)));
  }

  private static boolean isEmpty(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code --storage-opt size=} promises where the driver has quotas. */
  private static void limited(DaemonUnderTest d) {
    String write = "dd if=/dev/urandom of=/f bs=1M count=40 && echo all";
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--net",
                    "none",
                    "--storage-opt",
                    "size=20m",
                    "busybox",
                    "sh",
                    "-c",
                    write)
                .all())
        .contains("Disk quota exceeded")
        .doesNotContain("all\n");
    assertThat(d.docker("run", "--rm", "--net", "none", "busybox", "sh", "-c", write).ok().text())
        .endsWith("all");
    assertThat(d.docker("create", "--storage-opt", "size=0", "busybox").exits(1).err())
        .contains("btrfs: invalid storage size: 0B");
    assertThat(d.docker("create", "--storage-opt", "nope=1", "busybox").exits(1).err())
        .contains("Unknown option nope");
  }

  /** Likewise of volumes; one beside it has no limit. */
  private static void limitedVolume(DaemonUnderTest d) {
    d.docker("volume", "create", "-o", "size=16m", "small").ok();
    String write = "dd if=/dev/urandom of=/%s/f bs=1M count=40 && echo all";
    String[] run = {
      "run",
      "--rm",
      "--net",
      "none",
      "-v",
      "small:/small",
      "-v",
      "large:/large",
      "busybox",
      "sh",
      "-c"
    };
    assertThat(d.docker(with(run, write.formatted("small"))).all())
        .contains("Disk quota exceeded")
        .doesNotContain("all\n");
    assertThat(d.docker(with(run, write.formatted("large"))).ok().text()).endsWith("all");
    d.docker("volume", "rm", "small", "large").ok();
  }

  private static String[] with(String[] words, String last) {
    String[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = last;
    return all;
  }
}
