package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A daemon that is stopped in order with live restore, as a package's upgrade does it. */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "stops the daemon")
final class UpgradeTest {
  private static String exec(DaemonUnderTest d, String container, String script) {
    String id =
        d.http()
            .post(
                "/containers/" + container + "/exec",
                "{\"Cmd\":[\"sh\",\"-c\",\"" + script + "\"]}")
            .body()
            .replaceAll("(?s).*\"Id\":\"([0-9a-f]+)\".*", "$1");
    assertThat(d.http().post("/exec/" + id + "/start", "{\"Detach\":true}").status())
        .isEqualTo(200);
    return id;
  }

  @Test
  void containersExecsAndLogsOutliveTheDaemonTwice() {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage("-b", "none", "--live-restore");
    try {
      String box =
          d.docker(
                  "run",
                  "-d",
                  "--net",
                  "none",
                  "busybox",
                  "sh",
                  "-c",
                  "i=0; while [ ! -e /end ]; do i=$((i+1)); echo $i;"
                      + " [ $((i % 40)) != 0 ] || sleep 0.1; done; exit 9")
              .ok()
              .text();
      String pid = d.inspect(box, "{{.State.Pid}}");
      String first = exec(d, box, "sleep 1; exit 7");
      String second = exec(d, box, "while [ ! -e /go ]; do sleep 0.1; done; exit 8");
      for (int i = 0; i < 2; i++) {
        d.stop();
        Eventually.pause(Duration.ofMillis(1200));
        d.restart();
        assertThat(d.inspect(box, "{{.State.Status}} {{.State.Pid}}")).isEqualTo("running " + pid);
        assertThat(d.http().get("/exec/" + first + "/json").body()).contains("\"ExitCode\":7");
      }
      d.docker("exec", box, "touch", "/go").ok();
      Eventually.holds(
          "the second exec ends",
          Duration.ofSeconds(10),
          () -> d.http().get("/exec/" + second + "/json").body().contains("\"ExitCode\":8"));
      d.docker("exec", box, "touch", "/end").ok();
      assertThat(d.docker("wait", box).ok().text()).isEqualTo("9");
      List<String> lines = d.docker("logs", box).ok().lines();
      assertThat(lines)
          .hasSizeGreaterThan(400)
          .isEqualTo(IntStream.rangeClosed(1, lines.size()).mapToObj(Integer::toString).toList());
    } finally {
      d.closeAndExpect(before);
    }
  }
}
