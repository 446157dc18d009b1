package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** start, stop, kill, restart, pause, rename, wait, top, remove. */
@BlackBox
final class LifecycleTest {
  private static String sleeper(DaemonUnderTest d, String... options) {
    String name = d.name("life");
    List<String> command = new ArrayList<>(List.of("run", "-d", "--name", name));
    command.addAll(List.of(options));
    command.addAll(List.of("busybox", "sleep", "300"));
    d.docker(command.toArray(String[]::new)).ok();
    return name;
  }

  @Test
  void stopSendsTheSignalAndKillsAfterTheTimeout(DaemonUnderTest d) {
    String deaf = sleeper(d);
    long start = System.nanoTime();
    assertThat(d.docker("stop", "-t", "1", deaf).ok().text()).isEqualTo(deaf);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
    assertThat(d.inspect(deaf, "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 137");
    String name = d.name("listens");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "--stop-signal",
            "USR1",
            "busybox",
            "sh",
            "-c",
            "trap 'echo got it; exit 3' USR1; echo ready; while :; do sleep 0.1; done")
        .ok();
    Eventually.holds(
        "ready", Duration.ofSeconds(5), () -> d.docker("logs", name).out().contains("ready"));
    d.docker("stop", name).ok();
    assertThat(d.inspect(name, "{{.State.ExitCode}}")).isEqualTo("3");
    assertThat(d.docker("logs", name).ok().out()).contains("got it");
  }

  @Test
  void kill(DaemonUnderTest d) {
    String name = sleeper(d);
    d.docker("kill", name).ok();
    Eventually.holds(
        "ended", Duration.ofSeconds(5), () -> d.inspect(name, "{{.State.ExitCode}}").equals("137"));
    assertThat(d.docker("kill", name).exits(1).err()).contains("is not running");
    String other = sleeper(d);
    assertThat(d.docker("kill", "-s", "NOSUCH", other).exits(1).err())
        .containsIgnoringCase("invalid signal: NOSUCH");
  }

  @Test
  void startAgainAndRestart(DaemonUnderTest d) {
    String name = sleeper(d);
    String first = d.inspect(name, "{{.State.Pid}}");
    d.docker("restart", "-t", "0", name).ok();
    assertThat(d.inspect(name, "{{.State.Pid}}")).isNotEqualTo(first);
    assertThat(d.inspect(name, "{{.State.Running}}")).isEqualTo("true");
    d.docker("start", name).ok();
    d.docker("kill", name).ok();
    d.docker("wait", name).ok();
    d.docker("start", name).ok();
    assertThat(d.inspect(name, "{{.State.Running}} {{.RestartCount}}")).isEqualTo("true 0");
  }

  @Test
  void pauseFreezes(DaemonUnderTest d) {
    String name = d.name("counts");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "busybox",
            "sh",
            "-c",
            "while :; do echo x; sleep 0.05; done")
        .ok();
    d.docker("pause", name).ok();
    assertThat(d.inspect(name, "{{.State.Status}} {{.State.Paused}}")).isEqualTo("paused true");
    Eventually.pause(Duration.ofMillis(200));
    int before = d.docker("logs", name).ok().lines().size();
    Eventually.pause(Duration.ofMillis(300));
    assertThat(d.docker("logs", name).ok().lines()).hasSize(before);
    assertThat(d.docker("pause", name).exits(1).err()).contains("is already paused");
    d.docker("unpause", name).ok();
    Eventually.holds(
        "it counts again",
        Duration.ofSeconds(5),
        () -> d.docker("logs", name).ok().lines().size() > before);
    assertThat(d.docker("unpause", name).exits(1).err()).contains("is not paused");
  }

  @Test
  void rename(DaemonUnderTest d) {
    String name = sleeper(d);
    String other = d.name("other");
    d.docker("rename", name, other).ok();
    assertThat(d.inspect(other, "{{.Name}}")).isEqualTo("/" + other);
    d.docker("inspect", name).exits(1);
    String third = sleeper(d);
    assertThat(d.docker("rename", other, third).exits(1).err())
        .contains("is already in use by container");
    assertThat(d.docker("rename", other, "bad name").exits(1).err())
        .contains("Invalid container name");
  }

  @Test
  void waitGivesTheExitCode(DaemonUnderTest d) throws Exception {
    String name = d.name("waits");
    d.docker("run", "-d", "--name", name, "busybox", "sh", "-c", "sleep 0.5; exit 6").ok();
    assertThat(d.docker("wait", name).ok().text()).isEqualTo("6");
    assertThat(d.docker("wait", name).ok().text()).isEqualTo("6");
    assertThat(d.http().post("/containers/" + name + "/wait?condition=sometime", "").status())
        .isEqualTo(400);
    Process waiting = d.shell().start(List.of("docker", "wait", sleeper(d)));
    assertThat(waiting.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
    waiting.destroy();
  }

  @Test
  void top(DaemonUnderTest d) {
    String name = sleeper(d);
    assertThat(d.docker("top", name).ok().lines().get(1)).contains("sleep 300");
    assertThat(d.docker("top", name, "-o", "pid,comm").ok().lines().get(1)).contains("sleep");
    d.docker("kill", name).ok();
    assertThat(d.docker("top", name).exits(1).err()).contains("is not running");
  }

  @Test
  void remove(DaemonUnderTest d) {
    String name = sleeper(d);
    assertThat(d.docker("rm", name).exits(1).err())
        .containsPattern("cannot remove container|You cannot remove a running container")
        .contains("stop the container before");
    d.docker("rm", "-f", name).ok();
    assertThat(d.docker("rm", name).exits(1).err()).contains("No such container: " + name);
    assertThat(d.docker("rm", "-f", name).all()).contains("No such container");
  }

  @Test
  void aNameInUse(DaemonUnderTest d) {
    String name = sleeper(d);
    assertThat(d.docker("run", "--name", name, "busybox").exits(125).err())
        .contains(
            "Conflict. The container name \"/"
                + name
                + "\" is already in use by container \""
                + d.inspect(name, "{{.Id}}")
                + "\"");
  }

  @Test
  void prune(DaemonUnderTest d) {
    String runs = sleeper(d);
    String ended = d.name("ended");
    d.docker("run", "--name", ended, "busybox", "true").ok();
    String id = d.inspect(ended, "{{.Id}}");
    assertThat(d.docker("container", "prune", "-f").ok().out())
        .contains(id)
        .contains("Total reclaimed space");
    d.docker("inspect", ended).exits(1);
    d.docker("inspect", runs).ok();
  }

  @Test
  void attachToARunningContainer(DaemonUnderTest d) {
    String name = d.name("attach");
    d.docker("create", "-i", "--name", name, "busybox", "cat").ok();
    byte[] input = "hello\n".getBytes(StandardCharsets.UTF_8);
    assertThat(d.docker(input, "start", "-ai", name).ok().out()).isEqualTo("hello\n");
    String talks = d.name("talks");
    d.docker("run", "-d", "--name", talks, "busybox", "sh", "-c", "sleep 1; echo late; exit 4")
        .ok();
    assertThat(d.docker("attach", "--no-stdin", talks).exits(4).out()).isEqualTo("late\n");
    assertThat(d.docker("attach", talks).exits(1).err())
        .contains("You cannot attach to a stopped container");
  }

  @Test
  void twentySideBySide(DaemonUnderTest d) {
    Outcome all =
        d.shell()
            .run("sh", "-c", "for i in $(seq 20); do docker run --rm busybox echo $i & done; wait");
    assertThat(all.ok().lines()).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void theImagesPlatformMustBeTheOneAskedFor(DaemonUnderTest d) {
    assertThat(
            d.docker("create", "--pull", "never", "--platform", "linux/s390x", "busybox")
                .exits(1)
                .err())
        .contains(
            "image with reference busybox was found but does not match the specified platform")
        .contains("wanted linux/s390x, actual: linux/");
    String name = d.name("platform");
    d.docker("create", "--name", name, "--platform", "linux", "busybox").ok();
    String foreign = "foreign:" + name;
    d.docker(
            dev.priok.tests.support.Tars.of("f", "x"),
            "import",
            "--platform",
            "linux/s390x",
            "-",
            foreign)
        .ok();
    assertThat(d.docker("create", "--name", name + "f", foreign, "x").ok().err())
        .contains("The requested image's platform (linux/s390x) does not match the detected host")
        .contains("and no specific platform was requested");
    assertThat(d.docker("create", "--platform", "linux/s390x", foreign, "x").ok().err())
        .doesNotContain("does not match");
  }

  @Test
  void aForcedRemovalOfOneThatRemovesItselfSucceeds(DaemonUnderTest d) {
    for (int i = 0; i < 5; i++) {
      String name = d.name("gone");
      d.docker("run", "-d", "--rm", "--name", name, "busybox", "sleep", "1000").ok();
      assertThat(d.docker("rm", "-f", name).ok().err()).isEmpty();
    }
  }

  @Test
  void aMissingContainerIsNoMissingImage(DaemonUnderTest d) {
    assertThat(d.docker("run", "--rm", "--net", "container:nobody", "busybox").exits(125).err())
        .contains("No such container: nobody")
        .doesNotContain("Unable to find image");
  }

  @Test
  void theDiskUsageOfImagesKnowsTheirContainers(DaemonUnderTest d) {
    d.docker("create", "--name", d.name("user"), "busybox").ok();
    assertThat(d.docker("system", "df", "--format", "{{.Type}} {{.Active}}").ok().lines())
        .noneMatch(line -> line.equals("Images 0"));
  }
}
