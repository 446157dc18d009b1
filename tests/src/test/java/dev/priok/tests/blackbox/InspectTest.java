package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import org.junit.jupiter.api.Test;

/** docker inspect of a container. */
@BlackBox
final class InspectTest {
  @Test
  void whatWasAskedForIsThere(DaemonUnderTest d) {
    String name = d.name("inspect");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "-e",
            "A=b",
            "-l",
            "k=v",
            "-w",
            "/srv",
            "-u",
            "33",
            "-h",
            "quay",
            "--restart",
            "on-failure:3",
            "-m",
            "64m",
            "--cpus",
            "0.5",
            "--stop-signal",
            "SIGINT",
            "-p",
            "127.0.0.1:18110:80",
            "--entrypoint",
            "sleep",
            "busybox",
            "60")
        .ok();
    assertThat(d.inspect(name, "{{json .Config.Env}}")).contains("\"A=b\"").contains("PATH=");
    assertThat(
            d.inspect(
                name,
                "{{.Config.Labels.k}} {{.Config.WorkingDir}} {{.Config.User}} {{.Config.Hostname}} {{.Config.StopSignal}}"))
        .isEqualTo("v /srv 33 quay SIGINT");
    assertThat(
            d.inspect(
                name, "{{.Path}} {{json .Args}} {{json .Config.Entrypoint}} {{json .Config.Cmd}}"))
        .isEqualTo("sleep [\"60\"] [\"sleep\"] [\"60\"]");
    assertThat(
            d.inspect(
                name,
                "{{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}} {{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}"))
        .isEqualTo("on-failure:3 67108864 500000000");
    assertThat(d.inspect(name, "{{(index (index .NetworkSettings.Ports \"80/tcp\") 0).HostPort}}"))
        .isEqualTo("18110");
    assertThat(
            d.inspect(
                name, "{{.State.Status}} {{.State.Running}} {{.State.ExitCode}} {{.State.Error}}"))
        .isEqualTo("running true 0");
    assertThat(d.inspect(name, "{{.State.StartedAt}}")).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    assertThat(d.inspect(name, "{{.Image}}")).startsWith("sha256:").hasSize(71);
    assertThat(d.inspect(name, "{{.Name}}")).isEqualTo("/" + name);
    assertThat(d.inspect(name, "{{.NetworkSettings.Networks.bridge.IPAddress}}"))
        .matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
    assertThat(d.inspect(name, "{{.NetworkSettings.Networks.bridge.MacAddress}}"))
        .matches("([0-9a-f]{2}:){5}[0-9a-f]{2}");
  }

  @Test
  void byNameByIdByPrefix(DaemonUnderTest d) {
    String id = d.docker("create", "--name", d.name("prefix"), "busybox").ok().text();
    assertThat(id).matches("[0-9a-f]{64}");
    assertThat(d.inspect(id, "{{.Id}}")).isEqualTo(id);
    assertThat(d.inspect(id.substring(0, 12), "{{.Id}}")).isEqualTo(id);
    assertThat(d.docker("inspect", "nobody").exits(1).err())
        .containsIgnoringCase("No such object: nobody");
    assertThat(d.http().get("/containers/nobody/json").body().strip())
        .isEqualTo("{\"message\":\"No such container: nobody\"}");
  }

  @Test
  void afterTheEnd(DaemonUnderTest d) {
    String name = d.name("ended");
    d.docker("run", "--name", name, "busybox", "sh", "-c", "exit 42").exits(42);
    assertThat(
            d.inspect(
                name, "{{.State.Status}} {{.State.ExitCode}} {{.State.Pid}} {{.State.Running}}"))
        .isEqualTo("exited 42 0 false");
    assertThat(d.inspect(name, "{{.State.FinishedAt}}")).doesNotStartWith("0001");
  }
}
