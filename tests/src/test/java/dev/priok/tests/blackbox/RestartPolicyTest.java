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

  @Test
  void stoppedInThePauseBetweenRuns(DaemonUnderTest d) {
    String name = d.name("failing");
    d.docker("run", "-d", "--name", name, "--restart", "always", "busybox", "sh", "-c", "exit 3")
        .ok();
    // The pause doubles from 100 ms: soon it is long enough to meet.
    Eventually.holds(
        "a long pause",
        Duration.ofSeconds(20),
        () ->
            d.inspect(name, "{{.State.Status}} {{ge .RestartCount 4}}").equals("restarting true"));
    assertThat(d.docker("exec", name, "true").exits(1).err()).contains("is restarting");
    d.docker("stop", name).ok();
    assertThat(d.inspect(name, "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 3");
    final String count = d.inspect(name, "{{.RestartCount}}");
    Eventually.pause(Duration.ofMillis(2_500));
    assertThat(d.inspect(name, "{{.State.Status}} {{.RestartCount}}")).isEqualTo("exited " + count);
    d.docker("start", name).ok();
    Eventually.holds(
        "counted anew",
        Duration.ofSeconds(5),
        () -> Integer.parseInt(d.inspect(name, "{{.RestartCount}}")) < 4);
    d.docker("rm", "-f", name).ok();
  }

  @Test
  void updated(DaemonUnderTest d) {
    String name = d.name("updated");
    d.docker("run", "-d", "--name", name, "busybox", "sleep", "300").ok();
    d.docker("update", "--restart", "on-failure:2", name).ok();
    assertThat(d.inspect(name, "{{json .HostConfig.RestartPolicy}}"))
        .isEqualTo("{\"Name\":\"on-failure\",\"MaximumRetryCount\":2}");
    d.docker("exec", name, "kill", "-9", "1");
    assertThat(d.docker("update", "--restart", "sometimes", name).exits(1).err())
        .contains("invalid restart policy: unknown policy 'sometimes'");
    assertThat(d.docker("update", "--restart", "always:3", name).exits(1).err())
        .contains("maximum retry count can only be used with 'on-failure'");
    String once = d.name("once");
    d.docker("run", "-d", "--rm", "--name", once, "busybox", "sleep", "300").ok();
    assertThat(d.docker("update", "--restart", "always", once).exits(1).err())
        .contains(
            "Restart policy cannot be updated because AutoRemove is enabled for the container");
    // A restart by the user is no end that removes it.
    d.docker("restart", "-t", "0", once).ok();
    assertThat(d.inspect(once, "{{.State.Status}}")).isEqualTo("running");
    d.docker("kill", once).ok();
    Eventually.holds(
        "it is gone", Duration.ofSeconds(5), () -> d.docker("inspect", once).exit() != 0);
  }

  @Test
  void waitIsAnsweredAtEachEnd(DaemonUnderTest d) {
    String name = d.name("waited");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "--restart",
            "on-failure",
            "busybox",
            "sh",
            "-c",
            "sleep 1; exit 4")
        .ok();
    assertThat(d.docker("wait", name).ok().text()).isEqualTo("4");
    Eventually.holds(
        "it runs again",
        Duration.ofSeconds(5),
        () -> d.inspect(name, "{{.State.Running}}").equals("true"));
  }
}
