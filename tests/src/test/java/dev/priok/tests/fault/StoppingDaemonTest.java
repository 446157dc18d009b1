package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import dev.priok.tests.support.RawHttp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** What holds while the daemon stops in order, and after it has been started again. */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "stops the daemon")
final class StoppingDaemonTest {
  private static String run(DaemonUnderTest d, String... options) {
    String[] command = new String[options.length + 4];
    command[0] = "run";
    command[1] = "-d";
    command[2] = "--net";
    command[3] = "none";
    System.arraycopy(options, 0, command, 4, options.length);
    return d.docker(command).ok().text();
  }

  private static String state(DaemonUnderTest d, String id) {
    return d.inspect(id, "{{.State.Status}}");
  }

  @Test
  void startsAreRefusedWhileItStops() {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage();
    try {
      // It takes its three seconds whatever it is told, so there is time to ask.
      String slow =
          run(d, "--stop-timeout", "3", "busybox", "sh", "-c", "trap '' TERM; sleep 1000");
      String idle = d.docker("create", "--net", "none", "busybox", "true").ok().text();
      String exec =
          d.http()
              .post("/containers/" + slow + "/exec", "{\"Cmd\":[\"true\"]}")
              .body()
              .replaceAll(".*\"Id\":\"([0-9a-f]+)\".*", "$1")
              .strip();
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(d::stop);
      Eventually.holds(
          "starts are refused",
          Duration.ofSeconds(2),
          // Until then "not modified": it runs already.
          () -> d.http().post("/containers/" + slow + "/start", "").status() == 503);
      RawHttp.Answer start = d.http().post("/containers/" + idle + "/start", "");
      assertThat(start.body()).contains("the daemon is shutting down");
      assertThat(d.http().post("/containers/create", "{\"Image\":\"busybox\"}").status())
          .isEqualTo(503);
      assertThat(d.http().post("/containers/" + slow + "/exec", "{\"Cmd\":[\"true\"]}").status())
          .isEqualTo(503);
      assertThat(d.http().post("/exec/" + exec + "/start", "{\"Detach\":true}").status())
          .isEqualTo(503);
      assertThat(d.http().post("/containers/" + slow + "/restart", "").status()).isEqualTo(503);
      stopped.join();
      d.restart();
      assertThat(state(d, idle)).isEqualTo("created");
      assertThat(d.inspect(slow, "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 137");
    } finally {
      d.closeAndExpect(before);
    }
  }

  @Test
  void policiesActAfterTheNextStartAndNotBefore() {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage();
    try {
      String always = run(d, "--restart", "always", "busybox", "sleep", "1000");
      String unless = run(d, "--restart", "unless-stopped", "busybox", "sleep", "1000");
      String failing = run(d, "--restart", "on-failure", "busybox", "sh", "-c", "sleep 1000");
      String alwaysStopped = run(d, "--restart", "always", "busybox", "sleep", "1000");
      String unlessStopped = run(d, "--restart", "unless-stopped", "busybox", "sleep", "1000");
      String failingStopped = run(d, "--restart", "on-failure", "busybox", "sleep", "1000");
      String once = run(d, "busybox", "sleep", "1000");
      d.docker("stop", "-t", "0", alwaysStopped, unlessStopped, failingStopped).ok();
      d.stop();
      d.restart();
      for (String id : new String[] {always, unless, failing, alwaysStopped}) {
        Eventually.holds("it runs", Duration.ofSeconds(10), () -> state(d, id).equals("running"));
      }
      assertThat(state(d, unlessStopped)).isEqualTo("exited");
      assertThat(state(d, failingStopped)).isEqualTo("exited");
      assertThat(state(d, once)).isEqualTo("exited");
    } finally {
      d.closeAndExpect(before);
    }
  }

  /** What the package's upgrade does: see packaging/debian/postinst. */
  @Test
  void anUpgradeLeavesContainersAloneOnce() throws Exception {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage();
    try {
      String id = run(d, "busybox", "sleep", "1000");
      String asItWas = d.inspect(id, "{{.State.Pid}} {{.State.StartedAt}}");
      Path mark = d.dataRoot().resolveSibling("exec").resolve("leave-containers");
      Files.createFile(mark);
      d.stop();
      d.restart();
      assertThat(d.inspect(id, "{{.State.Pid}} {{.State.StartedAt}}")).isEqualTo(asItWas);
      assertThat(state(d, id)).isEqualTo("running");
      assertThat(mark).doesNotExist();
      // An upgrade that failed long ago means nothing to this stop.
      Files.createFile(mark);
      Files.setLastModifiedTime(mark, FileTime.from(Instant.now().minus(Duration.ofMinutes(11))));
      d.stop();
      d.restart();
      assertThat(state(d, id)).isEqualTo("exited");
    } finally {
      d.closeAndExpect(before);
    }
  }
}
