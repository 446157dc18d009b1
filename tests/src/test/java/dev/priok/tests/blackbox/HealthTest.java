package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docker run --health-*, and what shows it. */
@BlackBox
final class HealthTest {
  private static String run(DaemonUnderTest d, String... options) {
    String name = d.name("health");
    List<String> command = new ArrayList<>(List.of("run", "-d", "--name", name));
    command.addAll(List.of(options));
    command.addAll(List.of("busybox", "sleep", "300"));
    d.docker(command.toArray(String[]::new)).ok();
    return name;
  }

  private static void becomes(DaemonUnderTest d, String name, String status) {
    Eventually.value(
        name + " is " + status,
        Duration.ofSeconds(20),
        () -> d.inspect(name, "{{.State.Health.Status}}"),
        status::equals);
  }

  private static String status(DaemonUnderTest d, String name) {
    return d.docker("ps", "--filter", "name=" + name, "--format", "{{.Status}}").ok().text();
  }

  private static String now(DaemonUnderTest d) {
    return d.shell().run("date", "+%s.%N").ok().text();
  }

  @Test
  void healthyThenUnhealthyAndBack(DaemonUnderTest d) {
    String since = now(d);
    String name =
        run(
            d,
            "--health-cmd",
            "echo looked; test ! -e /tmp/ill",
            "--health-interval",
            "500ms",
            "--health-retries",
            "2");
    assertThat(status(d, name)).endsWith("(health: starting)");
    assertThat(d.inspect(name, "{{.State.Health.Status}}")).isEqualTo("starting");
    becomes(d, name, "healthy");
    assertThat(status(d, name)).endsWith("(healthy)");
    assertThat(d.inspect(name, "{{(index .State.Health.Log 0).ExitCode}}")).isEqualTo("0");
    assertThat(d.inspect(name, "{{(index .State.Health.Log 0).Output}}")).isEqualTo("looked");

    d.docker("exec", name, "touch", "/tmp/ill").ok();
    becomes(d, name, "unhealthy");
    assertThat(status(d, name)).endsWith("(unhealthy)");
    assertThat(Integer.parseInt(d.inspect(name, "{{.State.Health.FailingStreak}}")))
        .isGreaterThanOrEqualTo(2);
    d.docker("exec", name, "rm", "/tmp/ill").ok();
    becomes(d, name, "healthy");
    assertThat(d.inspect(name, "{{.State.Health.FailingStreak}}")).isEqualTo("0");
    Eventually.value(
        "five are kept",
        Duration.ofSeconds(10),
        () -> d.inspect(name, "{{len .State.Health.Log}}"),
        "5"::equals);

    Outcome changes =
        d.docker(
            "events",
            "--since",
            since,
            "--until",
            now(d),
            "--filter",
            "container=" + name,
            "--filter",
            "event=health_status",
            "--format",
            "{{.Action}}");
    assertThat(changes.ok().lines())
        .containsExactly(
            "health_status: healthy", "health_status: unhealthy", "health_status: healthy");
  }

  @Test
  void aProbeIsAnExecInTheEvents(DaemonUnderTest d) {
    String since = now(d);
    String name = run(d, "--health-cmd", "exit 0", "--health-interval", "500ms");
    becomes(d, name, "healthy");
    Outcome events =
        d.docker(
            "events",
            "--since",
            since,
            "--until",
            now(d),
            "--filter",
            "container=" + name,
            "--format",
            "{{.Action}} {{.Actor.Attributes.exitCode}} {{.Actor.Attributes.execID}}");
    assertThat(events.ok().lines().stream().map(l -> l.replaceAll("[0-9a-f]{64}", "ID")))
        .containsSubsequence(
            "exec_create: /bin/sh -c exit 0 <no value> ID",
            "exec_start: /bin/sh -c exit 0 <no value> ID",
            "exec_die 0 ID",
            "health_status: healthy <no value> <no value>");
  }

  @Test
  void filters(DaemonUnderTest d) {
    String well = run(d, "--health-cmd", "true", "--health-interval", "300ms");
    String ill =
        run(d, "--health-cmd", "false", "--health-interval", "300ms", "--health-retries", "1");
    String none = run(d);
    becomes(d, well, "healthy");
    becomes(d, ill, "unhealthy");
    assertThat(listed(d, "health=healthy")).contains(well).doesNotContain(ill, none);
    assertThat(listed(d, "health=unhealthy")).contains(ill).doesNotContain(well, none);
    assertThat(listed(d, "health=none")).contains(none).doesNotContain(well, ill);
    assertThat(d.docker("ps", "--filter", "health=fine").exit()).isNotZero();
  }

  private static List<String> listed(DaemonUnderTest d, String filter) {
    return d.docker("ps", "-a", "--filter", filter, "--format", "{{.Names}}").ok().lines();
  }

  @Test
  void aProbeThatHangsIsKilled(DaemonUnderTest d) {
    String name =
        run(
            d,
            "--health-cmd",
            "echo partly; sleep 77.7; true",
            "--health-interval",
            "300ms",
            "--health-timeout",
            "1s",
            "--health-retries",
            "1");
    becomes(d, name, "unhealthy");
    assertThat(d.inspect(name, "{{(index .State.Health.Log 0).ExitCode}}")).isEqualTo("-1");
    assertThat(d.inspect(name, "{{(index .State.Health.Log 0).Output}}"))
        .isEqualTo("Health check exceeded timeout (1s): partly");
    if (!DaemonUnderTest.isPeer()) {
      // Docker kills the shell alone and leaves its child.
      d.docker("pause", name).ok();
      d.docker("unpause", name).ok();
      Eventually.pause(Duration.ofMillis(200));
      assertThat(
              d.docker("top", name, "-o", "pid,args").ok().lines().stream()
                  .filter(l -> l.contains("sleep 77.7"))
                  .count())
          .isLessThanOrEqualTo(2);
    }
  }

  @Test
  void aCommandThatIsNotThere(DaemonUnderTest d) {
    // The request's CMD form, without a shell.
    String name = d.name("health");
    String id =
        d.http()
            .post(
                "/containers/create?name=" + name,
                "{\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"300\"],\"Healthcheck\":"
                    + "{\"Test\":[\"CMD\",\"no-such-command\"],\"Interval\":300000000,\"Retries\":1}}")
            .body();
    assertThat(id).contains("Id");
    d.docker("start", name).ok();
    becomes(d, name, "unhealthy");
    assertThat(d.inspect(name, "{{(index .State.Health.Log 0).ExitCode}}")).isEqualTo("-1");
    assertThat(d.inspect(name, "{{(index .State.Health.Log 0).Output}}"))
        .isEqualTo(
            "OCI runtime exec failed: exec failed: unable to start container process: exec:"
                + " \"no-such-command\": executable file not found in $PATH: unknown");
  }

  @Test
  void failuresInTheStartPeriodDoNotCount(DaemonUnderTest d) {
    String name =
        run(
            d,
            "--health-cmd",
            "test -e /tmp/up",
            "--health-interval",
            "1m",
            "--health-start-period",
            "1m",
            "--health-start-interval",
            "300ms",
            "--health-retries",
            "1");
    Eventually.value(
        "some have failed",
        Duration.ofSeconds(10),
        () -> d.inspect(name, "{{len .State.Health.Log}}"),
        n -> Integer.parseInt(n) >= 3);
    assertThat(d.inspect(name, "{{.State.Health.Status}} {{.State.Health.FailingStreak}}"))
        .isEqualTo("starting 0");
    d.docker("exec", name, "touch", "/tmp/up").ok();
    becomes(d, name, "healthy");
  }

  @Test
  void longOutputIsCut(DaemonUnderTest d) {
    String name =
        run(d, "--health-cmd", "head -c 6000 /dev/zero | tr '\\0' x", "--health-interval", "300ms");
    becomes(d, name, "healthy");
    String output = d.inspect(name, "{{(index .State.Health.Log 0).Output}}");
    assertThat(output).hasSize(4096 + 3).endsWith("x...");
  }

  @Test
  void pausedAndStopped(DaemonUnderTest d) {
    String name =
        run(
            d,
            "--health-cmd",
            "test ! -e /ill",
            "--health-interval",
            "200ms",
            "--health-retries",
            "10000");
    becomes(d, name, "healthy");
    d.docker("pause", name).ok();
    assertThat(status(d, name)).endsWith("(Paused)");
    assertThat(d.inspect(name, "{{.State.Health.Status}}")).isEqualTo("unhealthy");
    final String log = d.inspect(name, "{{json .State.Health.Log}}");
    Eventually.pause(Duration.ofMillis(900));
    assertThat(d.inspect(name, "{{json .State.Health.Log}}")).isEqualTo(log);
    d.docker("unpause", name).ok();
    becomes(d, name, "healthy");
    d.docker("exec", name, "touch", "/ill").ok();
    d.docker("stop", "-t", "0", name).ok();
    assertThat(d.inspect(name, "{{.State.Health.Status}}")).isEqualTo("unhealthy");
    d.docker("start", name).ok();
    assertThat(d.inspect(name, "{{.State.Health.Status}}")).isEqualTo("starting");
    d.docker("exec", name, "rm", "/ill").ok();
    becomes(d, name, "healthy");
  }

  /**
   * A check that nobody reaps keeps its container from ending: the first process of a process name
   * space waits for all others. Pausing is where one could get lost, in the middle of its start.
   */
  @Test
  void noneIsLostWhenItsContainerIsPausedWhileItBegins(DaemonUnderTest d) {
    String name = run(d, "--health-cmd", "true", "--health-interval", "1ms");
    for (int i = 0; i < 60; i++) {
      for (String call : new String[] {"/pause", "/unpause"}) {
        assertThat(d.http().post("/containers/" + name + call, "").status()).isEqualTo(204);
      }
    }
    becomes(d, name, "healthy");
    d.docker("stop", "-t", "0", name).ok();
    assertThat(d.inspect(name, "{{.State.Status}}")).isEqualTo("exited");
  }

  @Test
  void whatTheImageSaysIsInheritedAndSwitchedOff(DaemonUnderTest d) {
    String image = d.name("checked") + ":1";
    String source = run(d);
    d.docker(
            "commit",
            "--change",
            "HEALTHCHECK --interval=300ms --retries=7 CMD echo from-image",
            source,
            image)
        .ok();
    String name = d.name("health");
    d.docker("run", "-d", "--name", name, "--health-timeout", "9s", image, "sleep", "300").ok();
    becomes(d, name, "healthy");
    assertThat(d.inspect(name, "{{json .Config.Healthcheck}}"))
        .contains("echo from-image", "\"Interval\":300000000", "\"Timeout\":9000000000")
        .contains("\"Retries\":7");
    String off = d.name("health");
    d.docker("run", "-d", "--name", off, "--no-healthcheck", image, "sleep", "300").ok();
    assertThat(d.inspect(off, "{{json .State.Health}}")).isEqualTo("null");
    assertThat(status(d, off)).doesNotContain("health");
    d.docker("rm", "-f", name, off).ok();
    d.docker("rmi", image).ok();
  }

  @Test
  void shortIntervalsAreRefused(DaemonUnderTest d) {
    assertThat(create(d, "\"Interval\":100"))
        .contains("Interval in Healthcheck cannot be less than 1ms");
    assertThat(create(d, "\"Timeout\":100"))
        .contains("Timeout in Healthcheck cannot be less than 1ms");
    assertThat(create(d, "\"StartPeriod\":100"))
        .contains("StartPeriod in Healthcheck cannot be less than 1ms");
    assertThat(create(d, "\"StartInterval\":100"))
        .contains("StartInterval in Healthcheck cannot be less than 1ms");
    assertThat(create(d, "\"Retries\":-1")).contains("Retries in Healthcheck cannot be negative");
  }

  private static String create(DaemonUnderTest d, String field) {
    return d.http()
        .post(
            "/v1.44/containers/create",
            "{\"Image\":\"busybox\",\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"]," + field + "}}")
        .body();
  }
}
