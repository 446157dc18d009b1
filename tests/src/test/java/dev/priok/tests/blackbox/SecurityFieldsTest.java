package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a container may do: capabilities, seccomp, paths of the kernel, privileges. */
@BlackBox
final class SecurityFieldsTest {
  private static final String EFFECTIVE = "grep CapEff /proc/self/status | cut -f2";

  @Test
  void capabilitiesAddedAndDropped(DaemonUnderTest d) {
    assertThat(d.docker("run", "--rm", "busybox", "sh", "-c", EFFECTIVE).ok().text())
        .isEqualTo("00000000a80425fb");
    assertThat(effective(d, "--cap-add", "net_admin")).isEqualTo("00000000a80435fb");
    assertThat(effective(d, "--cap-add", "CAP_SYS_TIME", "--cap-drop", "ALL"))
        .isEqualTo("0000000002000000");
    assertThat(effective(d, "--cap-drop", "chown", "--cap-drop", "CAP_MKNOD"))
        .isEqualTo("00000000a00425fa");
    String all = effective(d, "--cap-add", "ALL");
    String allButOne = effective(d, "--cap-add", "ALL", "--cap-drop", "SYS_ADMIN");
    assertThat(Long.parseLong(all, 16) - Long.parseLong(allButOne, 16)).isEqualTo(1L << 21);
    assertThat(d.docker("run", "--rm", "--cap-drop", "ALL", "busybox", "chown", "1", "/etc").exit())
        .isEqualTo(1);
  }

  private static String effective(DaemonUnderTest d, String a, String b, String... more) {
    String[] command = new String[more.length + 8];
    int at = 0;
    for (String word : new String[] {"run", "--rm", a, b}) {
      command[at++] = word;
    }
    for (String word : more) {
      command[at++] = word;
    }
    for (String word : new String[] {"busybox", "sh", "-c", EFFECTIVE}) {
      command[at++] = word;
    }
    return d.docker(command).ok().text();
  }

  @Test
  void privileged(DaemonUnderTest d) {
    String script =
        "grep -c ' /sys sysfs rw' /proc/mounts; grep Seccomp: /proc/self/status | cut -f2;"
            + " grep -c -E ' /proc/(sys|kcore) ' /proc/mounts; test -c /dev/kmsg && echo kmsg";
    assertThat(d.docker("run", "--rm", "--privileged", "busybox", "sh", "-c", script).ok().lines())
        .containsExactly("1", "0", "0", "kmsg");
    assertThat(d.docker("run", "--rm", "busybox", "sh", "-c", script).lines())
        .containsExactly("0", "2", "1");
  }

  @Test
  void seccompProfileOfOnesOwn(DaemonUnderTest d) throws IOException {
    Path profile = d.scratch().resolve("no-mkdir.json");
    Files.writeString(
        profile,
        "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"mkdir\",\"mkdirat\"],"
            + "\"action\":\"SCMP_ACT_ERRNO\",\"excludes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}}]}");
    String option = "seccomp=" + profile;
    assertThat(
            d.docker("run", "--rm", "--security-opt", option, "busybox", "mkdir", "/x")
                .exits(1)
                .err())
        .contains("Operation not permitted");
    d.docker(
            "run",
            "--rm",
            "--cap-add",
            "SYS_ADMIN",
            "--security-opt",
            option,
            "busybox",
            "mkdir",
            "/x")
        .ok();
  }

  @Test
  void seccompUnconfined(DaemonUnderTest d) {
    String mode = "grep Seccomp: /proc/self/status | cut -f2";
    assertThat(secured(d, "seccomp=unconfined", mode)).isEqualTo("0");
    assertThat(secured(d, "seccomp=builtin", mode)).isEqualTo("2");
  }

  @Test
  void noNewPrivileges(DaemonUnderTest d) {
    String bit = "grep NoNewPrivs /proc/self/status | cut -f2";
    assertThat(secured(d, "no-new-privileges", bit)).isEqualTo("1");
    assertThat(secured(d, "no-new-privileges:false", bit)).isEqualTo("0");
    String name = d.name("nnp");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "--security-opt",
            "no-new-privileges",
            "busybox",
            "sleep",
            "60")
        .ok();
    assertThat(d.docker("exec", name, "sh", "-c", bit).ok().text()).isEqualTo("1");
  }

  private static String secured(DaemonUnderTest d, String option, String script) {
    return d.docker("run", "--rm", "--security-opt", option, "busybox", "sh", "-c", script)
        .ok()
        .text();
  }

  @Test
  void systemPathsUnconfined(DaemonUnderTest d) {
    String masks = "grep -c -E ' /proc/|/sys/firmware' /proc/mounts";
    assertThat(secured(d, "systempaths=unconfined", masks + " || :")).isEqualTo("0");
  }

  /** On a host without AppArmor and SELinux; with AppArmor tests/vm/core.sh looks. */
  @Test
  void labelsAndProfilesWithoutTheirKernelMeanNothing(DaemonUnderTest d) {
    for (String option : new String[] {"apparmor=unconfined", "label=disable", "label=type:x_t"}) {
      assertThat(secured(d, option, "echo runs")).isEqualTo("runs");
    }
  }

  @Test
  void maskedAndReadOnlyPaths(DaemonUnderTest d) {
    Outcome run =
        Requests.run(
            d,
            Requests.host(
                "{\"MaskedPaths\":[\"/etc/passwd\"],\"ReadonlyPaths\":[\"/etc\"]}",
                "wc -c </etc/passwd; echo x >/etc/x; grep -c ' /proc/' /proc/mounts"));
    assertThat(run.lines()).containsExactly("0", "0");
    assertThat(run.err()).contains("Read-only file system");
    String id = d.docker("create", "busybox").ok().text();
    assertThat(d.inspect(id, "{{json .HostConfig.MaskedPaths}}")).contains("/proc/kcore");
    assertThat(d.inspect(id, "{{json .HostConfig.ReadonlyPaths}}")).contains("/proc/sys");
  }

  @Test
  void readOnlyRoot(DaemonUnderTest d) {
    Outcome run =
        d.docker(
            "run",
            "--rm",
            "--read-only",
            "busybox",
            "sh",
            "-c",
            "touch /dev/shm/x && echo shm; touch /x");
    assertThat(run.text()).as("%s", run).isEqualTo("shm");
    assertThat(run.err()).contains("Read-only file system");
  }

  @Test
  void groupsByNameAndNumber(DaemonUnderTest d) {
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--group-add",
                    "staff",
                    "--group-add",
                    "4000",
                    "busybox",
                    "id",
                    "-G")
                .ok()
                .text())
        .isEqualTo("0 50 4000");
    assertThat(
            d.docker("run", "--rm", "--group-add", "nobodys", "busybox", "true").exits(125).err())
        .contains("Unable to find group nobodys: no matching entries in group file");
  }

  @Test
  void userByNameAndNumber(DaemonUnderTest d) {
    assertThat(d.docker("run", "--rm", "-u", "www-data", "busybox", "id", "-u").ok().text())
        .isEqualTo("33");
    assertThat(d.docker("run", "--rm", "-u", "4000:50", "busybox", "id").ok().text())
        .startsWith("uid=4000 gid=50");
    assertThat(d.docker("run", "--rm", "-u", "nobodys", "busybox", "true").exits(125).err())
        .contains("unable to find user nobodys: no matching entries in passwd file");
    assertThat(d.docker("run", "--rm", "-u", "4294967296", "busybox", "true").exits(125).err())
        .contains("uids and gids must be in range 0-2147483647");
  }

  @Test
  void sysctls(DaemonUnderTest d) {
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--sysctl",
                    "net.ipv4.ip_forward=1",
                    "--sysctl",
                    "kernel.msgmax=9000",
                    "busybox",
                    "sh",
                    "-c",
                    "cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax")
                .ok()
                .lines())
        .containsExactly("1", "9000");
    // The docker command refuses this one itself.
    String id = Requests.id(d, "{\"HostConfig\":{\"Sysctls\":{\"kernel.panic\":\"1\"}}}");
    assertThat(d.docker("start", id).exits(1).err())
        .contains("sysctl \"kernel.panic\" is not in a separate kernel namespace");
    assertThat(refused(d, "net.ipv4.ip_forward=1", "--network", "host"))
        .contains("sysctl \"net.ipv4.ip_forward\" not allowed in host network namespace");
    assertThat(refused(d, "kernel.shmmax=1000", "--ipc", "host"))
        .contains("sysctl \"kernel.shmmax\" is not allowed in the hosts ipc namespace");
  }

  private static String refused(DaemonUnderTest d, String sysctl, String... options) {
    String[] command = new String[options.length + 6];
    String[] head = {"run", "--rm", "--sysctl", sysctl};
    System.arraycopy(head, 0, command, 0, 4);
    System.arraycopy(options, 0, command, 4, options.length);
    command[options.length + 4] = "busybox";
    command[options.length + 5] = "true";
    return d.docker(command).exits(125).err();
  }
}
