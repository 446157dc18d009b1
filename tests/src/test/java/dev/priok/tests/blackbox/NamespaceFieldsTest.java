package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import org.junit.jupiter.api.Test;

/** Whose process ids, shared memory, host name, cgroups, network and users a container sees. */
@BlackBox
final class NamespaceFieldsTest {
  private static String run(DaemonUnderTest d, String option, String value, String script) {
    return d.docker("run", "--rm", option, value, "busybox", "sh", "-c", script).ok().text();
  }

  private static String donor(DaemonUnderTest d, String... options) {
    String name = d.name("donor");
    String[] command = new String[options.length + 7];
    String[] head = {"run", "-d", "--name", name};
    System.arraycopy(head, 0, command, 0, 4);
    System.arraycopy(options, 0, command, 4, options.length);
    command[options.length + 4] = "busybox";
    command[options.length + 5] = "sleep";
    command[options.length + 6] = "60";
    d.docker(command).ok();
    return name;
  }

  @Test
  void pid(DaemonUnderTest d) {
    String donor = donor(d);
    assertThat(run(d, "--pid", "container:" + donor, "cat /proc/1/cmdline | tr '\\0' ' '"))
        .isEqualTo("sleep 60");
    String own = run(d, "--pid", "host", "readlink /proc/self/ns/pid");
    assertThat(run(d, "--pid", "host", "readlink /proc/self/ns/pid")).isEqualTo(own);
    assertThat(d.docker("run", "--rm", "--pid", "host", "busybox", "sh", "-c", "echo $$").ok())
        .satisfies(o -> assertThat(o.text()).isNotEqualTo("1"));
    assertThat(Requests.message(Requests.create(d, "{\"HostConfig\":{\"PidMode\":\"private\"}}")))
        .isEqualTo("invalid PID mode: private");
    assertThat(
            Requests.message(
                Requests.create(d, "{\"HostConfig\":{\"PidMode\":\"container:nobody\"}}")))
        .isEqualTo("No such container: nobody");
  }

  @Test
  void ipc(DaemonUnderTest d) {
    String donor = donor(d, "--ipc", "shareable", "--shm-size", "2m");
    d.docker("exec", donor, "sh", "-c", "echo shared >/dev/shm/x").ok();
    String script = "cat /dev/shm/x; df -k /dev/shm | tail -n 1 | awk '{print $2}'";
    assertThat(run(d, "--ipc", "container:" + donor, script)).isEqualTo("shared\n2048");
    String lonely = donor(d);
    assertThat(
            d.docker("run", "--rm", "--ipc", "container:" + lonely, "busybox", "true")
                .exits(125)
                .err())
        .contains("non-shareable IPC (hint: use IpcMode:shareable for the donor container)");
    assertThat(run(d, "--ipc", "none", "grep -c /dev/shm /proc/mounts || :")).isEqualTo("0");
    assertThat(run(d, "--ipc", "private", "grep -c /dev/shm /proc/mounts")).isEqualTo("1");
    String host = run(d, "--ipc", "host", "readlink /proc/self/ns/ipc");
    assertThat(run(d, "--ipc", "host", "readlink /proc/self/ns/ipc")).isEqualTo(host);
    assertThat(Requests.message(Requests.create(d, "{\"HostConfig\":{\"IpcMode\":\"sideways\"}}")))
        .isEqualTo("invalid IPC mode: sideways");
  }

  @Test
  void uts(DaemonUnderTest d) {
    String host = run(d, "--uts", "host", "readlink /proc/self/ns/uts");
    assertThat(run(d, "--uts", "host", "readlink /proc/self/ns/uts")).isEqualTo(host);
    assertThat(run(d, "--hostname", "quay", "hostname")).isEqualTo("quay");
    assertThat(
            Requests.message(
                Requests.create(d, "{\"Hostname\":\"x\",\"HostConfig\":{\"UTSMode\":\"host\"}}")))
        .isEqualTo("conflicting options: hostname and the UTS mode");
  }

  @Test
  void cgroup(DaemonUnderTest d) {
    assertThat(
            run(
                d,
                "--cgroupns",
                "private",
                "grep pids: /proc/self/cgroup || cat /proc/self/cgroup"))
        .endsWith(":/");
    assertThat(run(d, "--cgroupns", "host", "cat /proc/self/cgroup"))
        .containsPattern("[0-9a-f]{64}");
    assertThat(
            Requests.message(
                Requests.create(d, "{\"HostConfig\":{\"CgroupnsMode\":\"sideways\"}}")))
        .isEqualTo("invalid cgroup namespace mode: sideways");
  }

  @Test
  void cgroupParent(DaemonUnderTest d) {
    String parent = d.name("parent");
    assertThat(
            run(
                d,
                "--cgroup-parent",
                parent,
                "grep pids: /proc/self/cgroup || cat /proc/self/cgroup"))
        .contains(":/" + parent + "/");
  }

  @Test
  void network(DaemonUnderTest d) {
    assertThat(run(d, "--network", "none", "ls /sys/class/net")).isEqualTo("lo");
    String donor = donor(d, "--network", "none");
    String space = d.docker("exec", donor, "readlink", "/proc/self/ns/net").ok().text();
    assertThat(run(d, "--network", "container:" + donor, "readlink /proc/self/ns/net"))
        .isEqualTo(space);
    assertThat(run(d, "--network", "host", "readlink /proc/self/ns/net")).isNotEqualTo(space);
  }

  /** Without a remapping daemon; UsernsRemapTest has one. */
  @Test
  void userNamespaceOfTheHost(DaemonUnderTest d) {
    assertThat(run(d, "--userns", "host", "awk '{print $1, $2}' /proc/self/uid_map"))
        .isEqualTo("0 0");
  }
}
