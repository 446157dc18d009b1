package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * What a kill -9 of the daemon leaves of health checks and of events: everything but the probes.
 */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "kills the daemon")
final class HealthKillTest {
  @Test
  void probingGoesOnAndNoProbeIsLeft() {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage();
    try {
      final String since = d.shell().run("date", "+%s.%N").ok().text();
      String well = start(d, "test ! -e /tmp/ill", "--health-retries", "2");
      final String hangs = start(d, "sleep 54.3; true", "--health-timeout", "30s");
      becomes(d, well, "healthy");
      d.docker("exec", well, "touch", "/tmp/ill").ok();
      becomes(d, well, "unhealthy");
      final int streak = Integer.parseInt(d.inspect(well, "{{.State.Health.FailingStreak}}"));
      final String log = d.inspect(well, "{{(index .State.Health.Log 0).Start}}");
      Eventually.holds("a probe hangs", Duration.ofSeconds(10), () -> sleeping(d) > 0);

      d.kill9();
      d.restart();

      // The state is the former daemon's, not a beginning.
      assertThat(d.inspect(well, "{{.State.Health.Status}}")).isEqualTo("unhealthy");
      assertThat(Integer.parseInt(d.inspect(well, "{{.State.Health.FailingStreak}}")))
          .isGreaterThanOrEqualTo(streak);
      assertThat(log).isNotEmpty();
      d.docker("exec", well, "rm", "/tmp/ill").ok();
      becomes(d, well, "healthy");
      // The hanging probe of the killed daemon is gone, shell and child; at most the new one's is
      // there.
      assertThat(sleeping(d)).isLessThanOrEqualTo(2);
      d.docker("pause", hangs).ok();
      d.docker("unpause", hangs).ok();
      // Not "0s": the docker command makes whole seconds of it, and this second's events are asked.
      final String until = d.shell().run("date", "+%s.%N").ok().text();
      assertThat(
              d.docker(
                      "events",
                      "--since",
                      since,
                      "--until",
                      until,
                      "--filter",
                      "container=" + well,
                      "--filter",
                      "event=health_status",
                      "--format",
                      "{{.Action}}")
                  .ok()
                  .lines())
          .containsExactly(
              "health_status: healthy", "health_status: unhealthy", "health_status: healthy");
      d.docker("rm", "-f", well, hangs).ok();
      Eventually.holds(
          "no probe is left after its container", Duration.ofSeconds(5), () -> sleeping(d) == 0);
    } finally {
      d.closeAndExpect(before);
    }
  }

  private static String start(DaemonUnderTest d, String command, String... options) {
    List<String> words =
        new ArrayList<>(
            List.of("run", "-d", "--health-cmd", command, "--health-interval", "300ms"));
    words.addAll(List.of(options));
    words.addAll(List.of("busybox", "sleep", "100000"));
    return d.docker(words.toArray(String[]::new)).ok().text();
  }

  private static void becomes(DaemonUnderTest d, String name, String status) {
    Eventually.value(
        name + " is " + status,
        Duration.ofSeconds(20),
        () -> d.inspect(name, "{{.State.Health.Status}}"),
        status::equals);
  }

  /** Processes of the hanging probe: the shell and its child. */
  private static long sleeping(DaemonUnderTest d) {
    return d.shell()
            .run("sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
            .out()
            .split("54[.]3", -1)
            .length
        - 1L;
  }
}
