package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.Background;
import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Execs of a daemon that was killed. */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "kills the daemon")
final class ExecSurvivalTest {
  private static String inspect(DaemonUnderTest d, String exec) {
    return d.http().get("/exec/" + exec + "/json").body();
  }

  /**
   * Its reader is gone with the daemon: it waits, is not killed for it, and goes on with the next.
   */
  @Test
  void onesThatWriteAreNotKilledAndKeepTheirExitCodes() throws IOException {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage();
    try {
      String box = d.docker("run", "-d", "--net", "none", "busybox", "sleep", "1000").ok().text();
      String script =
          "trap 'exit 99' PIPE HUP; while [ ! -e /go ]; do sleep 0.1; done;"
              + " head -c 5000000 /dev/zero || exit 98;"
              + " head -c 5000000 /dev/zero >&2 && exit 7";
      byte[] file = script.getBytes(StandardCharsets.UTF_8);
      d.docker(file, "exec", "-i", box, "sh", "-c", "cat > /writes").ok();
      List<Background> clients = new ArrayList<>();
      for (String client :
          List.of(
              "docker exec -i " + box,
              "python3 "
                  + DaemonUnderTest.root().resolve("tests/on-terminal.py")
                  + " docker exec -t "
                  + box)) {
        String command = client + " sh /writes </dev/null";
        clients.add(new Background(d.shell(), List.of("sh", "-c", command)));
      }
      Eventually.holds(
          "both run",
          Duration.ofSeconds(20),
          () -> d.docker("top", box).text().split("sh /writes", -1).length == 3);
      String listed = d.inspect(box, "{{join .ExecIDs \" \"}}");
      Path root = Path.of("/proc", d.inspect(box, "{{.State.Pid}}"), "root");
      d.kill9();
      clients.forEach(client -> client.text(Duration.ofSeconds(20)));
      Files.createFile(root.resolve("go"));
      Eventually.pause(Duration.ofMillis(1500));
      d.restart();
      assertThat(listed.split(" ", -1)).hasSize(2);
      for (String exec : listed.split(" ", -1)) {
        Eventually.holds(
            "it ends with its own code",
            Duration.ofSeconds(20),
            () -> inspect(d, exec).contains("\"ExitCode\":7"));
      }
    } finally {
      d.closeAndExpect(before);
    }
  }

  @Test
  void theNextDaemonTellsTheirExitCodes() {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage();
    try {
      String box = d.docker("run", "-d", "--net", "none", "busybox", "sleep", "1000").ok().text();
      String ended = d.detachedExec(box, "exit 3");
      String meanwhile = d.detachedExec(box, "sleep 1; exit 4");
      String later = d.detachedExec(box, "while [ ! -e /go ]; do sleep 0.1; done; exit 5");
      String killed = d.detachedExec(box, "sleep 1000");
      Eventually.holds(
          "it has ended",
          Duration.ofSeconds(5),
          () -> inspect(d, ended).contains("\"ExitCode\":3"));
      d.kill9();
      Eventually.pause(Duration.ofMillis(1500));
      d.restart();

      assertThat(inspect(d, ended)).contains("\"ExitCode\":3", "\"Running\":false");
      assertThat(inspect(d, meanwhile)).contains("\"ExitCode\":4", "\"Running\":false");
      assertThat(inspect(d, later))
          .contains("\"Running\":true", "\"entrypoint\":\"sh\"", "\"ContainerID\":\"" + box);
      assertThat(d.inspect(box, "{{json .ExecIDs}}")).contains(later, killed);
      d.docker("exec", box, "touch", "/go").ok();
      Eventually.holds(
          "the later one ends",
          Duration.ofSeconds(5),
          () -> inspect(d, later).contains("\"ExitCode\":5"));
      d.docker("kill", box).ok();
      Eventually.holds(
          "it ends with its container",
          Duration.ofSeconds(5),
          () -> inspect(d, killed).contains("\"Running\":false"));
      assertThat(d.inspect(box, "{{json .ExecIDs}}")).isEqualTo("null");
    } finally {
      d.closeAndExpect(before);
    }
  }
}
