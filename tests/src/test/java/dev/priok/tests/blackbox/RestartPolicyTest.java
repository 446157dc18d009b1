package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Restart policies. */
@BlackBox
final class RestartPolicyTest {
  @Test
  void onFailureGivesUpAfterItsCount(DaemonUnderTest d) {
    String name = d.name("fails");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "--restart",
            "on-failure:2",
            "busybox",
            "sh",
            "-c",
            "echo try; exit 1")
        .ok();
    Eventually.holds(
        "two retries",
        Duration.ofSeconds(10),
        () -> d.inspect(name, "{{.RestartCount}} {{.State.Status}}").equals("2 exited"));
    assertThat(d.docker("logs", name).ok().lines()).containsExactly("try", "try", "try");
  }

  @Test
  void onFailureLetsSuccessBe(DaemonUnderTest d) {
    String name = d.name("fine");
    d.docker("run", "-d", "--name", name, "--restart", "on-failure", "busybox", "true").ok();
    d.docker("wait", name).ok();
    Eventually.pause(Duration.ofMillis(500));
    assertThat(d.inspect(name, "{{.RestartCount}} {{.State.Status}}")).isEqualTo("0 exited");
  }

  @Test
  void alwaysStartsAgainUntilStopped(DaemonUnderTest d) {
    String name = d.name("always");
    d.docker("run", "-d", "--name", name, "--restart", "always", "busybox", "sh", "-c", "sleep 0.1")
        .ok();
    Eventually.holds(
        "restarts",
        Duration.ofSeconds(10),
        () -> !d.inspect(name, "{{.RestartCount}}").equals("0"));
    d.docker("stop", "-t", "0", name).ok();
    Eventually.pause(Duration.ofMillis(700));
    assertThat(d.inspect(name, "{{.State.Running}}")).isEqualTo("false");
  }

  @Test
  void impossibleCombinations(DaemonUnderTest d) {
    assertThat(d.docker("run", "--rm", "--restart", "always", "busybox").exits(125).err())
        .containsIgnoringCase("conflicting options");
    assertThat(
            d.http()
                .post(
                    "/containers/create",
                    "{\"Image\":\"busybox\",\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"sometimes\"}}}")
                .status())
        .isEqualTo(400);
  }
}
