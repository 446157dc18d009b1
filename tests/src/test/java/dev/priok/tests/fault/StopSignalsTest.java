package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import dev.priok.tests.support.Shell;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** How long the daemon waits for containers when it stops, and what makes it hurry. */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "stops the daemon")
final class StopSignalsTest {
  private static final Shell HOST = new Shell(Map.of(), Duration.ofSeconds(60));

  /** A container that takes no notice of SIGTERM. */
  private static String stubborn(DaemonUnderTest d, int stopTimeout) {
    return d.docker(
            "run",
            "-d",
            "--net",
            "none",
            "--stop-timeout",
            Integer.toString(stopTimeout),
            "busybox",
            "sh",
            "-c",
            "trap '' TERM; while :; do sleep 0.2; done")
        .ok()
        .text();
  }

  private static void signal(DaemonUnderTest d, String name) {
    HOST.run("kill", "-" + name, Long.toString(d.pid())).ok();
  }

  private static void logged(DaemonUnderTest d, String text) {
    Eventually.holds("the log says " + text, Duration.ofSeconds(10), () -> d.tail().contains(text));
  }

  @Test
  void containersGetTheirOwnTimesSideBySide() {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage("-b", "none", "--shutdown-timeout", "1");
    try {
      String one = stubborn(d, 1);
      String other = stubborn(d, 4);
      String third = stubborn(d, 4);
      long began = System.nanoTime();
      d.stop();
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      // As dockerd: a container's own four seconds count, though the daemon's time is one.
      assertThat(took).isBetween(Duration.ofMillis(3900), Duration.ofSeconds(7));
      d.restart();
      for (String id : new String[] {one, other, third}) {
        assertThat(d.inspect(id, "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 137");
      }
      Duration apart =
          Duration.between(
              java.time.Instant.parse(d.inspect(one, "{{.State.FinishedAt}}")),
              java.time.Instant.parse(d.inspect(other, "{{.State.FinishedAt}}")));
      assertThat(apart).isBetween(Duration.ofMillis(2500), Duration.ofMillis(4500));
    } finally {
      d.closeAndExpect(before);
    }
  }

  @Test
  void theSecondSignalKillsWhatTheFirstWaitsFor() {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage("-b", "none");
    try {
      String box = stubborn(d, 50);
      signal(d, "TERM");
      logged(d, "stopping");
      signal(d, "INT");
      d.awaitStatus(0);
      d.restart();
      assertThat(d.inspect(box, "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 137");
    } finally {
      d.closeAndExpect(before);
    }
  }

  @Test
  void theThirdSignalEndsTheDaemonAndContainersRunOn() {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage("-b", "none", "--live-restore");
    DaemonUnderTest waiting = DaemonUnderTest.withImage("-b", "none");
    try {
      // With live restore nothing is waited for, and nothing is killed.
      String box = stubborn(d, 50);
      d.stop();
      d.restart();
      assertThat(d.inspect(box, "{{.State.Status}}")).isEqualTo("running");

      // A process that hangs in the kernel cannot be killed: its parent is stopped here instead.
      String hung = stubborn(waiting, 50);
      String conmon = "/proc/" + waiting.inspect(hung, "{{.State.Pid}}") + "/status";
      String parent = HOST.run("sh", "-c", "grep PPid " + conmon + " | cut -f2").ok().text();
      HOST.run("kill", "-STOP", parent).ok();
      try {
        signal(waiting, "TERM");
        logged(waiting, "stopping");
        signal(waiting, "TERM");
        logged(waiting, "containers are killed");
        signal(waiting, "TERM");
        waiting.awaitStatus(128 + 15);
      } finally {
        HOST.run("kill", "-CONT", parent).ok();
      }
      waiting.restart();
      Eventually.holds(
          "its end is known",
          Duration.ofSeconds(10),
          () -> waiting.inspect(hung, "{{.State.Status}}").equals("exited"));
    } finally {
      waiting.removeEverything();
      waiting.close();
      d.closeAndExpect(before);
    }
  }
}
