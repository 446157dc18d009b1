package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Execs of a daemon that was killed. */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "kills the daemon")
final class ExecSurvivalTest {
  private static String start(DaemonUnderTest d, String container, String script) {
    String id =
        d.http()
            .post(
                "/containers/" + container + "/exec",
                "{\"Cmd\":[\"sh\",\"-c\",\"" + script + "\"],\"Env\":[\"A=b\"]}")
            .body()
            .replaceAll("(?s).*\"Id\":\"([0-9a-f]+)\".*", "$1");
    assertThat(d.http().post("/exec/" + id + "/start", "{\"Detach\":true}").status())
        .isEqualTo(200);
    return id;
  }

  private static String inspect(DaemonUnderTest d, String exec) {
    return d.http().get("/exec/" + exec + "/json").body();
  }

  @Test
  void theNextDaemonTellsTheirExitCodes() {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage();
    try {
      String box = d.docker("run", "-d", "--net", "none", "busybox", "sleep", "1000").ok().text();
      String ended = start(d, box, "exit 3");
      String meanwhile = start(d, box, "sleep 1; exit 4");
      String later = start(d, box, "while [ ! -e /go ]; do sleep 0.1; done; exit 5");
      String killed = start(d, box, "sleep 1000");
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
