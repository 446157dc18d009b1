package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The fields of ContainerConfig, and those of HostConfig that are neither limit nor right. */
@BlackBox
final class ConfigFieldsTest {
  @Test
  void hostAndDomainName(DaemonUnderTest d) {
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--hostname",
                    "quay",
                    "--domainname",
                    "port.example",
                    "busybox",
                    "sh",
                    "-c",
                    "hostname; cat /proc/sys/kernel/domainname; cat /etc/hostname;"
                        + " tail -n 1 /etc/hosts | cut -f 2")
                .ok()
                .lines())
        .containsExactly("quay", "port.example", "quay", "quay.port.example quay");
  }

  @Test
  void streamsAndTerminal(DaemonUnderTest d) {
    String id = d.docker("create", "-i", "-t", "busybox").ok().text();
    assertThat(
            d.inspect(
                id,
                "{{with .Config}}{{.AttachStdin}} {{.AttachStdout}} {{.AttachStderr}} {{.OpenStdin}} {{.StdinOnce}} {{.Tty}}{{end}}"))
        .isEqualTo("true true true true true true");
    // StdinOnce: the first client's end of input is the process's.
    assertThat(
            d.docker(
                    "in\n".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    "run",
                    "--rm",
                    "-i",
                    "busybox",
                    "cat")
                .ok()
                .text())
        .isEqualTo("in");
  }

  @Test
  void environmentCommandAndFolder(DaemonUnderTest d) {
    Outcome run =
        Requests.run(
            d,
            "{\"Env\":[\"A=b\",\"PATH=/bin\",\"EMPTY=\"],\"Entrypoint\":\"/bin/sh\",\"Cmd\":[\"-c\","
                + "\"echo $A$EMPTY $PATH; pwd\"],\"WorkingDir\":\"/a/../srv\",\"AttachStdout\":true}");
    assertThat(run.ok().lines()).containsExactly("b /bin", "/srv");
    assertThat(Requests.message(Requests.create(d, "{\"WorkingDir\":\"relative\"}")))
        .isEqualTo("the working directory 'relative' is invalid, it needs to be an absolute path");
    assertThat(Requests.message(Requests.create(d, "{\"Env\":[\"=x\"]}")))
        .isEqualTo("invalid environment variable: =x");
  }

  @Test
  void imageAndName(DaemonUnderTest d) {
    String name = d.name("named");
    var answer = d.http().post("/v1.45/containers/create?name=" + name, "{\"Image\":\"busybox\"}");
    assertThat(answer.status()).isEqualTo(201);
    assertThat(d.inspect(name, "{{.Name}} {{.Config.Image}}")).isEqualTo("/" + name + " busybox");
    answer = d.http().post("/v1.45/containers/create", "{\"Image\":\"none-such:here\"}");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(Requests.message(answer)).isEqualTo("No such image: none-such:here");
  }

  @Test
  void exposedPortsAndPublishAll(DaemonUnderTest d) {
    String id =
        d.docker("run", "-d", "--expose", "8080", "-P", "busybox", "sleep", "60").ok().text();
    assertThat(d.inspect(id, "{{json .Config.ExposedPorts}}")).isEqualTo("{\"8080/tcp\":{}}");
    assertThat(d.docker("port", id, "8080").ok().text()).containsPattern(":\\d+");
  }

  @Test
  void networkDisabled(DaemonUnderTest d) {
    Outcome run =
        Requests.run(
            d,
            "{\"NetworkDisabled\":true,\"Cmd\":[\"ls\",\"/sys/class/net\"],\"AttachStdout\":true}");
    assertThat(run.ok().text()).isEqualTo("lo");
  }

  @Test
  void macAddress(DaemonUnderTest d) {
    Outcome run =
        Requests.run(
            d,
            "{\"MacAddress\":\"0242.ac11.0aa1\",\"Cmd\":[\"cat\",\"/sys/class/net/eth0/address\"],"
                + "\"AttachStdout\":true}");
    assertThat(run.ok().text()).isEqualTo("02:42:ac:11:0a:a1");
    assertThat(Requests.message(Requests.create(d, "{\"MacAddress\":\"nonsense\"}")))
        .isEqualTo("invalid config for network bridge: invalid MAC address nonsense");
  }

  /** What is for images: kept, shown, and taken into an image by commit. */
  @Test
  void whatOnlyImagesUse(DaemonUnderTest d) {
    String id =
        Requests.id(
            d,
            "{\"OnBuild\":[\"RUN x\"],\"Shell\":[\"/bin/ash\",\"-c\"],\"ArgsEscaped\":true,"
                + "\"Labels\":{\"tide\":\"high\"}}");
    assertThat(
            d.inspect(
                id, "{{json .Config.OnBuild}} {{json .Config.Shell}} {{.Config.Labels.tide}}"))
        .isEqualTo("[\"RUN x\"] [\"/bin/ash\",\"-c\"] high");
    assertThat(d.http().get("/v1.45/containers/" + id + "/json").body())
        .contains("\"ArgsEscaped\":true");
    assertThat(d.docker("ps", "-aq", "--filter", "label=tide=high").ok().lines()).hasSize(1);
    String image = d.docker("commit", id).ok().text();
    try {
      assertThat(d.docker("image", "inspect", "-f", "{{json .Config.Shell}}", image).ok().text())
          .isEqualTo("[\"/bin/ash\",\"-c\"]");
      assertThat(d.docker("image", "inspect", "-f", "{{json .Config.OnBuild}}", image).ok().text())
          .isEqualTo("[\"RUN x\"]");
    } finally {
      d.docker("rmi", "-f", image).ok();
    }
  }

  @Test
  void stopSignalAndTimeout(DaemonUnderTest d) {
    String name = d.name("stop");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "--stop-signal",
            "SIGUSR1",
            "--stop-timeout",
            "1",
            "busybox",
            "sh",
            "-c",
            "trap 'exit 33' USR1; while :; do sleep 0.1; done")
        .ok();
    d.docker("stop", name).ok();
    assertThat(d.inspect(name, "{{.State.ExitCode}} {{.Config.StopTimeout}}")).isEqualTo("33 1");
    String deaf = d.name("deaf");
    d.docker(
            "run",
            "-d",
            "--name",
            deaf,
            "--stop-timeout",
            "1",
            "busybox",
            "sh",
            "-c",
            "trap '' TERM; while :; do sleep 0.1; done")
        .ok();
    long began = System.nanoTime();
    d.docker("stop", deaf).ok();
    assertThat(System.nanoTime() - began).isLessThan(8_000_000_000L);
    assertThat(d.inspect(deaf, "{{.State.ExitCode}}")).isEqualTo("137");
    assertThat(Requests.message(Requests.create(d, "{\"StopSignal\":\"SIGNOPE\"}")))
        .isEqualTo("invalid signal: SIGNOPE");
  }

  @Test
  void annotations(DaemonUnderTest d) {
    String id = Requests.id(d, "{\"HostConfig\":{\"Annotations\":{\"dev.example/tide\":\"low\"}}}");
    assertThat(d.inspect(id, "{{json .HostConfig.Annotations}}"))
        .isEqualTo("{\"dev.example/tide\":\"low\"}");
    assertThat(
            Requests.message(Requests.create(d, "{\"HostConfig\":{\"Annotations\":{\"\":\"x\"}}}")))
        .isEqualTo("invalid Annotations: the empty string is not permitted as an annotation key");
  }

  @Test
  void runtime(DaemonUnderTest d) {
    assertThat(d.docker("run", "--rm", "--runtime", "runc", "busybox", "echo", "x").ok().text())
        .isEqualTo("x");
    assertThat(d.docker("run", "--rm", "--runtime", "nope", "busybox", "true").exits(125).err())
        .contains("unknown or invalid runtime name: nope");
  }

  @Test
  void consoleSize(DaemonUnderTest d) {
    // The command sleeps first: a client that attached would set its own size.
    String id =
        Requests.id(
            d,
            "{\"Tty\":true,\"Cmd\":[\"stty\",\"size\"],\"HostConfig\":{\"ConsoleSize\":[17,42]}}");
    assertThat(d.inspect(id, "{{json .HostConfig.ConsoleSize}}")).isEqualTo("[17,42]");
    d.docker("start", id).ok();
    d.docker("wait", id).ok();
    assertThat(d.docker("logs", id).ok().text()).isIn("17 42", "");
  }

  @Test
  void extraHosts(DaemonUnderTest d) {
    Outcome run =
        d.docker(
            "run",
            "--rm",
            "--add-host",
            "db:10.1.2.3",
            "--add-host",
            "six=[2001:db8::1]",
            "--add-host",
            "up:host-gateway",
            "busybox",
            "sh",
            "-c",
            "grep -w db /etc/hosts; grep -w six /etc/hosts; grep -w up /etc/hosts");
    assertThat(run.ok().lines())
        .hasSize(3)
        .startsWith("10.1.2.3\tdb", "2001:db8::1\tsix")
        .last()
        .asString()
        .matches("\\d+\\.\\d+\\.\\d+\\.\\d+\tup");
  }

  @Test
  void dns(DaemonUnderTest d) {
    Outcome run =
        d.docker(
            "run",
            "--rm",
            "--dns",
            "192.0.2.53",
            "--dns-search",
            "port.example",
            "--dns-option",
            "ndots:3",
            "busybox",
            "grep",
            "-v",
            "#",
            "/etc/resolv.conf");
    assertThat(run.ok().lines().stream().filter(l -> !l.isBlank()).toList())
        .containsExactly("nameserver 192.0.2.53", "search port.example", "options ndots:3");
  }

  @Test
  void portBindings(DaemonUnderTest d) {
    String id =
        Requests.id(
            d,
            "{\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"18333\"}]}}}");
    assertThat(d.inspect(id, "{{json .HostConfig.PortBindings}}"))
        .isEqualTo("{\"80/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"18333\"}]}");
    assertThat(
            Requests.message(
                Requests.create(
                    d, "{\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"x\"}]}}}")))
        .isEqualTo("invalid port specification: \"x\"");
  }

  @Test
  void restartPolicyAndAutoRemove(DaemonUnderTest d) {
    assertThat(
            Requests.message(
                Requests.create(
                    d,
                    "{\"HostConfig\":{\"AutoRemove\":true,\"RestartPolicy\":{\"Name\":\"always\"}}}")))
        .isEqualTo("can't create 'AutoRemove' container with restart policy");
    assertThat(
            Requests.message(
                Requests.create(
                    d,
                    "{\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"\",\"MaximumRetryCount\":3}}}")))
        .isEqualTo(
            "invalid restart policy: maximum retry count can only be used with 'on-failure'");
  }

  /** The docker command writes the file; the daemon keeps where it is, and shows it. */
  @Test
  void containerIdFile(DaemonUnderTest d) {
    var file = d.scratch().resolve("cid");
    String id = d.docker("create", "--cidfile", file.toString(), "busybox").ok().text();
    assertThat(file).hasContent(id);
    assertThat(d.inspect(id, "{{.HostConfig.ContainerIDFile}}")).isEqualTo(file.toString());
  }

  @Test
  void storageOptions(DaemonUnderTest d) {
    assertThat(d.docker("create", "--storage-opt", "nope=1", "busybox").exits(1).err())
        .containsIgnoringCase("nope");
    assertThat(d.docker("create", "--storage-opt", "size=10G", "busybox").exits(1).err())
        .contains("--storage-opt");
  }

  @Test
  void initProcess(DaemonUnderTest d) {
    Outcome run = d.docker("run", "--rm", "--init", "busybox", "cat", "/proc/1/comm");
    if (run.exit() == 0) {
      assertThat(run.text()).isEqualTo("docker-init");
    } else {
      assertThat(run.err())
          .contains("--init needs an init program: install the package catatonit or tini");
    }
  }

  /** Docker keeps it and does nothing with it. */
  @Test
  @DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "dropped there")
  void whatMeansNothingIsRefused(DaemonUnderTest d) {
    assertThat(Requests.message(Requests.create(d, "{\"HostConfig\":{\"Cgroup\":\"x\"}}")))
        .contains("HostConfig.Cgroup is not supported");
    assertThat(Requests.message(Requests.create(d, "{\"HostConfig\":{\"CpuCount\":2}}")))
        .contains("linux does not support CPU count");
    assertThat(Requests.message(Requests.create(d, "{\"HostConfig\":{\"CpuPercent\":20}}")))
        .contains("linux does not support CPU percent");
    assertThat(Requests.create(d, "{\"HostConfig\":{\"ConsoleSize\":[-1,2]}}").status())
        .isEqualTo(400);
  }
}
