package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A data root whose file system is small, and gets full. */
@Tag("blackbox")
@DisabledIfSystemProperty(
    named = "priok.peer",
    matches = ".+",
    disabledReason = "daemons of its own")
final class FullDiskTest {
  private static final Shell HOST = new Shell(Map.of(), Duration.ofSeconds(60));

  /** A file system of its own; goes with the mount name space of the tests at the latest. */
  private record SmallDisk(Path folder) implements AutoCloseable {
    static SmallDisk ext4() {
      SmallDisk disk = made();
      Path image = disk.folder.resolve("image");
      HOST.run("truncate", "-s", "64M", image.toString()).ok();
      HOST.run("mkfs.ext4", "-q", image.toString()).ok();
      HOST.run("mount", "-o", "loop", image.toString(), disk.top()).ok();
      return disk;
    }

    static SmallDisk tmpfs() {
      SmallDisk disk = made();
      HOST.run("mount", "-t", "tmpfs", "-o", "size=64m", "small", disk.top()).ok();
      return disk;
    }

    private static SmallDisk made() {
      try {
        Path folder = Files.createTempDirectory("priok-disk-");
        Files.createDirectory(folder.resolve("top"));
        return new SmallDisk(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String top() {
      return folder.resolve("top").toString();
    }

    DaemonUnderTest daemon(String lowWater) {
      return DaemonUnderTest.withImage(
          "--data-root", top() + "/data", "-b", "none", "--disk-low-water", lowWater);
    }

    @Override
    public void close() {
      HOST.run("umount", "-l", top());
      HOST.run("rm", "-rf", "--one-file-system", folder.toString());
    }
  }

  private static String run(DaemonUnderTest d, String name, String script) {
    return d.docker(
            "run", "-d", "--net", "none", "--name", name, "-v", "data:/v", "busybox", "sh", "-c",
            script)
        .ok()
        .text();
  }

  private static void fill(DaemonUnderTest d, String container) {
    Outcome filled = d.docker("exec", container, "sh", "-c", "cat /dev/zero >> /v/fill");
    assertThat(filled.err()).contains("No space left on device");
  }

  @Test
  void belowTheLowWaterMarkNewImagesAreRefusedAndItIsSaid() {
    try (SmallDisk disk = SmallDisk.ext4();
        DaemonUnderTest d = disk.daemon("12m")) {
      run(d, "writer", "sleep 1000");
      assertThat(d.docker("info").ok().all()).doesNotContain("low-water");
      d.docker("exec", "writer", "dd", "if=/dev/zero", "of=/v/x", "bs=1M", "count=40").ok();
      Eventually.holds(
          "the daemon says so",
          Duration.ofSeconds(10),
          () -> d.docker("info").all().contains("less than the low-water mark of 12.0MiB"));
      Outcome imported =
          d.docker("x".getBytes(java.nio.charset.StandardCharsets.UTF_8), "import", "-", "more");
      assertThat(imported.exit()).isEqualTo(1);
      assertThat(imported.err())
          .contains("no space left on device:", "low-water mark", "docker system prune");
      assertThat(d.docker("load", "-i", "/dev/null").err()).contains("no space left on device:");
      assertThat(d.docker("pull", "127.0.0.1:1/none").err()).contains("no space left on device:");
      assertThat(d.docker("commit", "writer", "kept").err()).contains("no space left on device:");
      // Containers go on, new ones too.
      d.docker("run", "--rm", "--net", "none", "busybox", "true").ok();
      d.docker("exec", "writer", "rm", "/v/x").ok();
      Eventually.holds(
          "it is well again",
          Duration.ofSeconds(10),
          () -> !d.docker("info").all().contains("low-water"));
      d.docker("commit", "writer", "kept").ok();
      // 0s would be the beginning of this second.
      String now = HOST.run("date", "+%s.%N").ok().text();
      assertThat(
              d.docker(
                      "events",
                      "--since",
                      "1h",
                      "--until",
                      now,
                      "--filter",
                      "type=daemon",
                      "--format",
                      "{{.Action}}")
                  .ok()
                  .lines())
          .containsExactly("disk-low", "disk-ok");
      assertThat(d.tail()).contains("pulls, loads, imports and commits are refused");
      d.removeEverything();
    }
  }

  @Test
  void aTransferThatUsesTheRoomUpEndsBeforeTheDiskIsFull() {
    try (SmallDisk disk = SmallDisk.ext4();
        DaemonUnderTest d = disk.daemon("20m")) {
      Path big = d.scratch().resolve("big.tar");
      HOST.run(
              "sh",
              "-c",
              "dd if=/dev/urandom of=$0.data bs=1M count=60 2>/dev/null && tar -cf $0 $0.data",
              big.toString())
          .ok();
      Outcome imported = d.docker("import", big.toString(), "big");
      assertThat(imported.err()).contains("no space left on device:", "low-water mark");
      // What it had written is gone, and was never more than the mark allows.
      d.docker("info").ok();
      assertThat(d.docker("images", "-q").ok().lines()).hasSize(1);
      Eventually.holds(
          "the room is free again",
          Duration.ofSeconds(10),
          () -> !d.docker("info").all().contains("low-water"));
    }
  }

  @Test
  void onAFullDiskContainersCanBeStoppedAndRemovedAndNothingIsLost() {
    try (SmallDisk ext4 = SmallDisk.ext4()) {
      fullAndBack(ext4);
    }
    try (SmallDisk tmpfs = SmallDisk.tmpfs()) {
      fullAndBack(tmpfs);
    }
  }

  private static void fullAndBack(SmallDisk disk) {
    try (DaemonUnderTest d = disk.daemon("0")) {
      run(d, "writer", "sleep 1000");
      run(d, "ends", "trap 'exit 3' TERM; while :; do sleep 0.1; done");
      run(d, "stays", "sleep 1000");
      for (int i = 0; i < 5; i++) {
        d.docker("create", "--net", "none", "--name", "idle" + i, "busybox", "true").ok();
      }
      fill(d, "writer");
      assertThat(d.docker("ps", "-q").ok().lines()).hasSize(3);
      d.docker("stop", "-t", "5", "ends").ok();
      assertThat(d.inspect("ends", "{{.State.ExitCode}}")).isEqualTo("3");
      for (int i = 0; i < 5; i++) {
        d.docker("rm", "idle" + i).ok();
        fill(d, "writer");
      }
      d.kill9();
      d.restart();
      assertThat(d.docker("ps", "-a", "--format", "{{.Names}} {{.State}}").ok().lines())
          .containsExactlyInAnyOrder("writer running", "ends exited", "stays running");
      assertThat(d.inspect("ends", "{{.State.ExitCode}}")).isEqualTo("3");
      d.docker("kill", "stays").ok();
      d.docker("rm", "stays", "ends").ok();
      assertThat(d.docker("exec", "writer", "sh", "-c", "wc -c < /v/fill").ok().text())
          .matches("\\d{8}");
      d.docker("rm", "-f", "writer").ok();
      d.docker("volume", "rm", "data").ok();
      assertThat(d.docker("run", "--rm", "--net", "none", "busybox", "echo", "hello").ok().text())
          .isEqualTo("hello");
      d.stop();
      d.restart();
      assertThat(d.docker("ps", "-aq").ok().lines()).isEmpty();
      assertThat(d.docker("images", "-q").ok().lines()).hasSize(1);
    }
  }
}
