package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.LoopFileSystem;
import dev.priok.tests.support.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * {@code priok storage}: everything moves from driver to driver, killed at random instants, and is
 * the same in the end. {@code -Dpriok.storage.seed=N} repeats a run, {@code -Dpriok.storage.many=N}
 * sets the number of images and containers.
 */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "own daemons")
final class StorageMigrationTest {
  private static final int MANY = Integer.getInteger("priok.storage.many", 8);
  private static final int KILLS = 3;

  private final long seed = Long.getLong("priok.storage.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void everythingMovesAndIsTheSame() throws IOException {
    try (LoopFileSystem disk = LoopFileSystem.of(3L << 30, "mkfs.btrfs", "-q")) {
      Path root = disk.place().resolve("data");
      DaemonUnderTest d = DaemonUnderTest.withImage("-b", "none", "--data-root", root.toString());
      try {
        assertThat(d.docker("info", "--format", "{{.Driver}}").ok().text()).isEqualTo("overlay2");
        make(d);
        String before = everything(d);
        d.stop();
        assertThat(priok(d, root, "check").all()).contains("everything is as the records say");
        for (String driver : List.of("btrfs", "vfs", "overlay2")) {
          migrate(d, root, driver);
          assertThat(priok(d, root, "check").ok().all()).contains(driver + ": everything");
          assertThat(layers(root)).containsExactly(driver);
        }
        d.restart();
        assertThat(everything(d)).as("seed %d", seed).isEqualTo(before);
        assertThat(d.docker("start", "-a", "box1").ok().text()).isEqualTo("ran again");
      } finally {
        d.close();
      }
    }
  }

  private static void make(DaemonUnderTest d) {
    for (int i = 1; i <= MANY; i++) {
      String from = i % 4 == 1 ? "busybox" : "image" + (i - 1);
      String script =
          "if [ -e /ran ]; then echo ran again; exit; fi; touch /ran; mkdir -p /d%d/e && echo %d"
                  .formatted(i, i)
              + " >/d%d/e/f && ln /d%d/e/f /d%d/link && chown -R 7:8 /d%d && rm -rf /d%d/e"
                  .formatted(i, i, i, i, i - 1)
              + "; ln -s /nowhere /d%d/s; mkfifo -m 600 /d%d/pipe".formatted(i, i);
      d.docker("run", "--name", "box" + i, "--net", "none", from, "sh", "-c", script).ok();
      d.docker("commit", "box" + i, "image" + i).ok();
    }
  }

  /** Image ids, and the files of every container with all that a tool can see of them. */
  private static String everything(DaemonUnderTest d) {
    StringBuilder all = new StringBuilder();
    all.append(d.docker("images", "-q", "--no-trunc").ok().text());
    for (int i = 1; i <= MANY; i++) {
      Path folder = d.scratch();
      String tree =
          d.shell()
              .run(
                  "sh",
                  "-c",
                  "cd "
                      + folder
                      + " && docker export box"
                      + i
                      + " | tar -x && find . -printf '%p %y %m %U %G %n %l\\n' | sort && find . -type f"
                      + " -print0 | sort -z | xargs -0 sha256sum")
              .ok()
              .text();
      all.append("\nbox").append(i).append('\n').append(tree);
      all.append(d.docker("diff", "box" + i).ok().lines().stream().sorted().toList());
      d.shell().run("rm", "-rf", folder.toString());
    }
    return all.toString();
  }

  private void migrate(DaemonUnderTest d, Path root, String to) throws IOException {
    Outcome plan = priok(d, root, "migrate", "--to", to, "--dry-run").ok();
    assertThat(plan.all()).contains(MANY + " containers").containsPattern("needed: about [1-9]");
    // what a kill while a layer was made leaves; the kills below hit that instant only now and then
    Files.createDirectories(root.resolve(to).resolve(".tmp").resolve("f".repeat(64) + "-9/fs"));
    for (int i = 0; i < KILLS; i++) {
      Process running = d.shell().start(command(root, "migrate", "--to", to));
      try {
        if (running.waitFor(500 + random.nextInt(4000), TimeUnit.MILLISECONDS)) {
          break;
        }
        running.destroyForcibly().waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
    Outcome last = priok(d, root, "migrate", "--to", to);
    if (last.exit() != 0) {
      assertThat(last.all()).contains("the storage driver is " + to + " already");
    }
  }

  private static Outcome priok(DaemonUnderTest d, Path root, String... words) {
    List<String> command = command(root, words);
    return d.shell().run(new byte[0], command);
  }

  private static List<String> command(Path root, String... words) {
    List<String> command = new ArrayList<>();
    command.add(DaemonUnderTest.root().resolve("bin/priok").toString());
    command.add("storage");
    command.addAll(List.of(words));
    command.addAll(List.of("--data-root", root.toString()));
    return command;
  }

  private static List<String> layers(Path root) {
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(List.of("overlay2", "overlay", "btrfs", "vfs", "fuse-overlayfs")::contains)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
