package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The daemon's options about containers that leave something open. */
@BlackBox
@DisabledIfSystemProperty(
    named = "priok.peer",
    matches = ".+",
    disabledReason = "about priokd's own options")
final class ContainerDefaultsTest {
  private static final Shell HOST = new Shell(Map.of(), Duration.ofSeconds(20));

  @Test
  void optionsHoldForContainersThatSayNothing(DaemonUnderTest shared) throws IOException {
    Path profile = shared.scratch().resolve("profile.json");
    Files.writeString(
        profile,
        "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"mkdir\",\"mkdirat\"],"
            + "\"action\":\"SCMP_ACT_ERRNO\"}]}");
    try (DaemonUnderTest d =
        DaemonUnderTest.withImage(
            "-b",
            "none",
            "--default-ulimit",
            "nofile=123:456",
            "--no-new-privileges",
            "--default-shm-size",
            "2m",
            "--default-ipc-mode",
            "shareable",
            "--cgroup-parent",
            "/priok-defaults",
            "--seccomp-profile",
            profile.toString())) {
      String script =
          "ulimit -Sn; ulimit -Hn; grep NoNewPrivs /proc/self/status | cut -f2;"
              + " df -k /dev/shm | tail -n 1 | awk '{print $2}';"
              + " grep -c priok-defaults /proc/self/cgroup | sed 's/^[1-9].*/inside/';"
              + " mkdir /x 2>&1 | grep -c 'not permitted'";
      assertThat(none(d, script)).containsExactly("123", "456", "1", "2048", "inside", "1");
      assertThat(
              none(
                  d,
                  script,
                  "--ulimit",
                  "nofile=100:200",
                  "--security-opt",
                  "no-new-privileges=false",
                  "--shm-size",
                  "1m",
                  "--security-opt",
                  "seccomp=builtin"))
          .containsExactly("100", "200", "0", "1024", "inside", "0");
      d.removeEverything();
    }
    HOST.run("rmdir", "-p", "/sys/fs/cgroup/pids/priok-defaults");
  }

  private static List<String> none(DaemonUnderTest d, String script, String... options) {
    String[] command = new String[options.length + 8];
    String[] head = {"run", "--rm", "--network", "none"};
    System.arraycopy(head, 0, command, 0, 4);
    System.arraycopy(options, 0, command, 4, options.length);
    String[] tail = {"busybox", "sh", "-c", script};
    System.arraycopy(tail, 0, command, options.length + 4, 4);
    return d.docker(command).lines();
  }

  /** Any program will do for the test; the container's own shell runs this one. */
  @Test
  void initProgram(DaemonUnderTest shared) throws IOException {
    Path init = shared.scratch().resolve("init-program");
    Files.writeString(init, "#!/bin/sh\nshift\n\"$@\"\necho init ends\n");
    HOST.run("chmod", "755", init.toString()).ok();
    try (DaemonUnderTest d =
        DaemonUnderTest.withImage("-b", "none", "--init", "--init-path", init.toString())) {
      assertThat(none(d, "cat /proc/1/cmdline | tr '\\0' ' '; echo"))
          .satisfiesExactly(
              line -> assertThat(line).contains("/sbin/docker-init -- sh -c"),
              line -> assertThat(line).isEqualTo("init ends"));
      assertThat(none(d, "echo alone", "--init=false")).containsExactly("alone");
      String id = d.docker("create", "--network", "none", "busybox").ok().text();
      assertThat(d.inspect(id, "{{.HostConfig.Init}}")).isEqualTo("true");
      d.removeEverything();
    }
  }

  @Test
  void nonsenseIsRefusedAtTheStart(DaemonUnderTest d) {
    Path folder = d.scratch();
    String[][] wrong = {
      {"--default-ulimit", "nope=1", "invalid ulimit type: nope"},
      {"--default-ulimit", "nofile=9:2", "soft limit must be less than or equal to hard limit"},
      {"--default-ipc-mode", "sideways", "default-ipc-mode \"sideways\" is invalid"},
      {"--default-shm-size", "much", "default-shm-size"},
      {"--seccomp-profile", "/none/such", "opening seccomp profile (/none/such) failed"},
      {"--host-gateway-ip", "nope", "--host-gateway-ip: an IPv4 address is needed"},
      {"--userns-remap", "nobody-knows-him", "--userns-remap: user \"nobody-knows-him\" is not in"},
    };
    for (String[] option : wrong) {
      Outcome start =
          d.shell()
              .run(
                  DaemonUnderTest.root().resolve("bin/priokd").toString(),
                  "-H",
                  "unix://" + folder.resolve("s"),
                  "--data-root",
                  folder.resolve("d").toString(),
                  "--exec-root",
                  folder.resolve("e").toString(),
                  "--pidfile",
                  folder.resolve("p").toString(),
                  option[0],
                  option[1])
              .exits(1);
      assertThat(start.all()).contains(option[2]);
    }
  }

  /** As with Docker: whoever names no network then gets none, rather than a refusal. */
  @Test
  void withoutADefaultBridgeThereIsNoNetwork(DaemonUnderTest shared) {
    try (DaemonUnderTest d = DaemonUnderTest.withImage("-b", "none")) {
      String id = d.docker("run", "-d", "-p", "8080", "busybox", "sleep", "1000").ok().text();
      assertThat(d.inspect(id, "{{.Config.NetworkDisabled}} {{.HostConfig.NetworkMode}}"))
          .isIn("true default", "true bridge");
      assertThat(d.docker("exec", id, "ls", "/sys/class/net").ok().text()).isEqualTo("lo");
      d.removeEverything();
    }
  }

  @Test
  void addressOfTheHost(DaemonUnderTest shared) {
    try (DaemonUnderTest d =
        DaemonUnderTest.withImage("-b", "none", "--host-gateway-ip", "192.0.2.10")) {
      d.docker("network", "create", "--subnet", "10.88.21.0/24", "away").ok();
      assertThat(
              d.docker(
                      "run",
                      "--rm",
                      "--network",
                      "away",
                      "--add-host",
                      "up:host-gateway",
                      "busybox",
                      "grep",
                      "-w",
                      "up",
                      "/etc/hosts")
                  .ok()
                  .text())
          .isEqualTo("192.0.2.10\tup");
      d.removeEverything();
    }
  }
}
