package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docker run: output, exit codes, and what the process inside sees. */
@BlackBox
final class RunTest {
  @Test
  void inputWithoutATerminalHasNoDetachKeys(DaemonUnderTest d) {
    byte[] input = "before\u0010\u0011after\n".getBytes(StandardCharsets.UTF_8);
    assertThat(
            d.docker(input, "run", "--rm", "-i", "--net", "none", "busybox", "wc", "-c")
                .ok()
                .text())
        .isEqualTo("14");
  }

  @Test
  void printsAndLeavesNothing(DaemonUnderTest d) {
    String name = d.name("run");
    Outcome run =
        d.docker("run", "--rm", "--name", name, "busybox", "sh", "-c", "echo out; echo err >&2");
    assertThat(run.ok().out()).isEqualTo("out\n");
    assertThat(run.err()).isEqualTo("err\n");
    Eventually.holds(
        "the container is gone",
        Duration.ofSeconds(5),
        () -> d.docker("inspect", name).exit() == 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 42, 255})
  void exitCodeIsTheProcesss(int code, DaemonUnderTest d) {
    d.docker("run", "--rm", "busybox", "sh", "-c", "exit " + code).exits(code);
  }

  @Test
  void exitCode125ForARefusedOption(DaemonUnderTest d) {
    Outcome run =
        d.docker("run", "--rm", "--network", "no-such-network", "busybox", "true").exits(125);
    assertThat(run.err()).contains("no-such-network not found");
    assertThat(d.docker("ps", "-aq").ok().text()).isEmpty();
  }

  @Test
  void exitCode126ForWhatIsNoProgram(DaemonUnderTest d) {
    Outcome run = d.docker("run", "--rm", "busybox", "/etc").exits(126);
    assertThat(run.err()).containsPattern("permission denied|is a directory");
  }

  @Test
  void exitCode127ForWhatIsNotThere(DaemonUnderTest d) {
    assertThat(d.docker("run", "--rm", "busybox", "no-such-command").exits(127).err())
        .contains("executable file not found in $PATH");
    assertThat(d.docker("run", "--rm", "busybox", "/no/such/file").exits(127).err())
        .contains("no such file or directory");
  }

  @Test
  void environmentUserFolderAndHostName(DaemonUnderTest d) {
    Outcome run =
        d.docker(
            "run",
            "--rm",
            "-e",
            "COLOUR=deep red",
            "-u",
            "1000:33",
            "-w",
            "/var/log/deep",
            "-h",
            "harbour",
            "busybox",
            "sh",
            "-c",
            "echo $COLOUR; id -u; id -g; pwd; hostname; cat /etc/hostname; echo $HOME");
    assertThat(run.ok().lines())
        .containsExactly("deep red", "1000", "33", "/var/log/deep", "harbour", "harbour", "/");
  }

  @Test
  void userByNameHasHisGroupsAndHome(DaemonUnderTest d) {
    Outcome run =
        d.docker("run", "--rm", "-u", "operator", "busybox", "sh", "-c", "id; echo $HOME");
    assertThat(run.ok().out())
        .contains("uid=37(operator) gid=37")
        .contains("50(staff)")
        .contains("/var");
    assertThat(d.docker("run", "--rm", "-u", "nobody-knows", "busybox", "true").exits(125).err())
        .contains("unable to find user nobody-knows");
  }

  @Test
  void hostNameIsTheShortIdByDefault(DaemonUnderTest d) {
    String id = d.docker("run", "-d", "busybox", "hostname").ok().text();
    d.docker("wait", id).ok();
    assertThat(d.docker("logs", id).ok().text()).isEqualTo(id.substring(0, 12));
  }

  @Test
  void inputIsReadToItsEnd(DaemonUnderTest d) {
    byte[] input = "a line\n".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    Outcome run = d.docker(input, "run", "--rm", "-i", "busybox", "sh", "-c", "wc -c; echo done");
    assertThat(run.ok().lines()).containsExactly("700000", "done");
  }

  @Test
  void muchOutputArrivesWhole(DaemonUnderTest d) {
    Outcome run =
        d.docker("run", "--rm", "busybox", "sh", "-c", "head -c 5000000 /dev/zero | tr '\\0' x");
    assertThat(run.ok().out()).hasSize(5_000_000);
  }

  @Test
  void entrypointAndCommandOfTheImageAndOfTheUser(DaemonUnderTest d) {
    assertThat(d.docker("run", "--rm", "--entrypoint", "echo", "busybox", "a", "b").ok().text())
        .isEqualTo("a b");
  }

  @Test
  void thePrivilegesAreTheDefaultOnes(DaemonUnderTest d) {
    Outcome run =
        d.docker(
            "run",
            "--rm",
            "busybox",
            "grep",
            "-E",
            "CapEff|NoNewPrivs|Seccomp:",
            "/proc/self/status");
    assertThat(run.ok().out()).contains("00000000a80425fb").containsPattern("Seccomp:\\s+2");
    d.docker("run", "--rm", "busybox", "sh", "-c", "mount -t tmpfs x /mnt").exits(1);
    d.docker("run", "--rm", "busybox", "sh", "-c", "echo 1 > /proc/sys/kernel/panic").exits(1);
    d.docker("run", "--rm", "--privileged", "busybox", "mount", "-t", "tmpfs", "x", "/mnt").ok();
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--cap-drop",
                    "ALL",
                    "busybox",
                    "grep",
                    "CapEff",
                    "/proc/self/status")
                .ok()
                .out())
        .contains("0000000000000000");
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--cap-drop",
                    "ALL",
                    "--cap-add",
                    "NET_ADMIN",
                    "busybox",
                    "grep",
                    "CapEff",
                    "/proc/self/status")
                .ok()
                .out())
        .contains("0000000000001000");
  }

  @Test
  void readOnlyRootFileSystem(DaemonUnderTest d) {
    assertThat(d.docker("run", "--rm", "--read-only", "busybox", "touch", "/x").exits(1).err())
        .contains("Read-only file system");
  }

  @Test
  void rootIsFreshEachTime(DaemonUnderTest d) {
    d.docker("run", "--rm", "busybox", "sh", "-c", "echo x > /only-here").ok();
    d.docker("run", "--rm", "busybox", "test", "-e", "/only-here").exits(1);
  }

  @Test
  void initReapsWhatIsHandedToIt(DaemonUnderTest d) {
    assertThat(d.docker("run", "--rm", "busybox", "sh", "-c", "echo $$").ok().text())
        .isEqualTo("1");
  }

  @Test
  void autoRemoveTakesAnonymousVolumesAlong(DaemonUnderTest d) {
    d.docker("run", "--rm", "-v", "/anonymous", "busybox", "touch", "/anonymous/x").ok();
    Eventually.holds(
        "the volume is gone",
        Duration.ofSeconds(5),
        () -> d.docker("volume", "ls", "-q").ok().text().isEmpty());
  }

  @Test
  void sysctlsUlimitsAndHosts(DaemonUnderTest d) {
    Outcome run =
        d.docker(
            "run",
            "--rm",
            "--sysctl",
            "net.ipv4.ip_default_ttl=77",
            "--ulimit",
            "nofile=123:456",
            "--add-host",
            "far:10.9.8.7",
            "--dns",
            "10.1.1.1",
            "--shm-size",
            "1m",
            "busybox",
            "sh",
            "-c",
            "cat /proc/sys/net/ipv4/ip_default_ttl; ulimit -n; grep far /etc/hosts; grep 10.1.1.1 /etc/resolv.conf;"
                + " df -k /dev/shm | tail -1 | awk '{print $2}'");
    assertThat(run.ok().lines())
        .satisfiesExactly(
            x -> assertThat(x).isEqualTo("77"),
            x -> assertThat(x).isEqualTo("123"),
            x -> assertThat(x).contains("10.9.8.7").contains("far"),
            x -> assertThat(x).contains("nameserver 10.1.1.1"),
            x -> assertThat(x).isEqualTo("1024"));
  }
}
