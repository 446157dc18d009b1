package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.Background;
import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A container whose processes hang in the kernel, on a file system that takes no writes. */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "looks at its log")
final class HungFileSystemTest {
  private static final Shell HOST = new Shell(Map.of(), Duration.ofSeconds(60));
  private static final int ROUNDS = 20;

  /**
   * Milliseconds of the quickest of some requests: the others are the machine's, not the call's.
   */
  private static long quickest(DaemonUnderTest d, String path) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long began = System.nanoTime();
      assertThat(d.http().get(path).status()).isEqualTo(200);
      best = Math.min(best, System.nanoTime() - began);
    }
    return best / 1_000_000;
  }

  @Test
  void allOthersAreServedAndTheCallThatHangsIsNamed() throws IOException {
    HostState before = HostState.now();
    Path disk = Files.createTempDirectory("priok-hung-");
    Path top = Files.createDirectory(disk.resolve("top"));
    String image = disk.resolve("image").toString();
    HOST.run("truncate", "-s", "64M", image).ok();
    HOST.run("mkfs.ext4", "-q", image).ok();
    HOST.run("mount", "-o", "loop", image, top.toString()).ok();
    DaemonUnderTest d = DaemonUnderTest.withImage("-b", "none");
    try {
      String hung =
          d.docker(
                  "run",
                  "-d",
                  "--net",
                  "none",
                  "-v",
                  top + ":/m",
                  "busybox",
                  "sh",
                  "-c",
                  "while :; do date > /m/x; sleep 0.1; done")
              .ok()
              .text();
      String other = d.docker("run", "-d", "--net", "none", "busybox", "sleep", "1000").ok().text();
      List<Background> stuck = new ArrayList<>();
      HOST.run("fsfreeze", "-f", top.toString()).ok();
      try {
        String status = "/proc/" + d.inspect(hung, "{{.State.Pid}}") + "/status";
        Eventually.holds(
            "it hangs in the kernel",
            Duration.ofSeconds(10),
            () -> HOST.run("grep", "^State", status).out().contains("D"));
        stuck.add(new Background(d.shell(), List.of("docker", "rm", "-f", hung)));
        // More of them than there are processors: each holds a thread of the daemon's.
        for (int i = 0; i < 6; i++) {
          stuck.add(new Background(d.shell(), List.of("docker", "cp", image, hung + ":/m/" + i)));
          stuck.add(
              new Background(d.shell(), List.of("docker", "exec", hung, "touch", "/m/y" + i)));
        }
        Eventually.pause(Duration.ofSeconds(2));
        for (String path :
            List.of(
                "/containers/json?all=1",
                "/containers/" + hung + "/json",
                "/containers/" + other + "/json",
                "/info",
                "/version",
                "/images/json",
                "/system/df")) {
          assertThat(quickest(d, path)).as("ms of %s", path).isLessThan(100);
        }
        assertThat(d.docker("exec", other, "echo", "served").ok().text()).isEqualTo("served");
        assertThat(d.docker("run", "--rm", "--net", "none", "busybox", "echo", "new").ok().text())
            .isEqualTo("new");
        Eventually.holds(
            "the call that hangs is named",
            Duration.ofSeconds(40),
            () ->
                d.docker("info")
                    .all()
                    .matches(
                        "(?s).*WARNING: DELETE /v[0-9.]+/containers/"
                            + hung
                            + "\\?force=1 has taken \\d+ s: does something hang\\?.*"));
      } finally {
        HOST.run("fsfreeze", "-u", top.toString()).ok();
      }
      stuck.forEach(call -> call.text(Duration.ofSeconds(30)));
      assertThat(d.docker("info").ok().all()).doesNotContain("does something hang?");
    } finally {
      d.removeEverything();
      HOST.run("umount", "-l", top.toString());
      HOST.run("rm", "-rf", "--one-file-system", disk.toString());
      d.closeAndExpect(before);
    }
  }
}
