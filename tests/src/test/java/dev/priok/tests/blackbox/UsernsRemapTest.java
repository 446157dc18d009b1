package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A daemon whose containers live in user namespaces ({@code --userns-remap}). */
@BlackBox
@DisabledIfSystemProperty(
    named = "priok.peer",
    matches = ".+",
    disabledReason = "about priokd's own options")
final class UsernsRemapTest {
  private static final Shell HOST = new Shell(Map.of(), Duration.ofSeconds(20));

  /** Ranges for nobody, seen by this test's mount namespace alone. */
  private static void giveIds(Path folder) throws IOException {
    for (String file : new String[] {"subuid", "subgid"}) {
      Path own = folder.resolve(file);
      Files.writeString(own, "nobody:300000:65536\nnogroup:400000:65536\n");
      HOST.run("touch", "/etc/" + file).ok();
      HOST.run("mount", "--bind", own.toString(), "/etc/" + file).ok();
    }
  }

  private static void takeIds() {
    HOST.run("umount", "/etc/subuid").ok();
    HOST.run("umount", "/etc/subgid").ok();
  }

  @Test
  void rootInsideIsNobodyOutside(DaemonUnderTest shared) throws IOException {
    giveIds(shared.scratch());
    try (DaemonUnderTest d =
        DaemonUnderTest.withImage("-b", "none", "--userns-remap", "nobody:nogroup")) {
      d.docker("network", "create", "--subnet", "10.88.31.0/24", "away").ok();
      assertThat(d.dataRoot().resolve("300000.400000/priok.db")).exists();
      mapsAndOwners(d);
      network(d);
      files(d);
      volume(d);
      refusals(d);
      assertThat(Files.getAttribute(Path.of("/dev/null"), "unix:uid")).isEqualTo(0);
      hostsNamespace(d);
      survivesTheDaemon(d);
      d.removeEverything();
    } finally {
      takeIds();
    }
  }

  private static void mapsAndOwners(DaemonUnderTest d) {
    Outcome run =
        d.docker(
            "run",
            "--rm",
            "--network",
            "none",
            "busybox",
            "sh",
            "-c",
            "awk '{print $1, $2, $3}' /proc/self/uid_map /proc/self/gid_map; id -u;"
                + " stat -c '%u %g' / /etc/passwd /etc/hosts; touch /x && echo writes;"
                + " chown 33:33 /x && stat -c '%u %g' /x");
    assertThat(run.ok().lines())
        .containsExactly(
            "0 300000 65536", "0 400000 65536", "0", "0 0", "0 0", "0 0", "writes", "33 33");
    String id = d.docker("run", "-d", "--network", "none", "busybox", "sleep", "60").ok().text();
    String pid = d.inspect(id, "{{.State.Pid}}");
    assertThat(HOST.run("stat", "-c", "%u %g", "/proc/" + pid + "/exe").exit()).isZero();
    assertThat(HOST.run("sh", "-c", "grep -E '^(Uid|Gid)' /proc/" + pid + "/status").ok().out())
        .contains("Uid:\t300000")
        .contains("Gid:\t400000");
    assertThat(d.docker("exec", id, "id", "-u").ok().text()).isEqualTo("0");
  }

  private static void network(DaemonUnderTest d) {
    String id =
        d.docker("run", "-d", "--network", "away", "--hostname", "far", "busybox", "sleep", "60")
            .ok()
            .text();
    // Root inside has a say over its own network: the namespace belongs to the container's.
    Outcome own =
        d.docker(
            "exec",
            "--privileged",
            id,
            "sh",
            "-c",
            "ip link add more type dummy 2>&1; ip -4 -o address show dev eth0; cat /etc/hosts;"
                + " mount -t sysfs sysfs /mnt && ls /mnt/class/net");
    assertThat(own.out()).contains("10.88.31.").contains("far").contains("eth0");
    assertThat(d.docker("exec", id, "ping", "-c", "1", "-w", "3", "10.88.31.1").exit()).isZero();
  }

  private static void files(DaemonUnderTest d) throws IOException {
    String id = d.docker("run", "-d", "--network", "none", "busybox", "sleep", "60").ok().text();
    Path file = d.scratch().resolve("cargo");
    Files.writeString(file, "cargo");
    d.docker("cp", file.toString(), id + ":/cargo").ok();
    assertThat(d.docker("exec", id, "stat", "-c", "%u", "/cargo").ok().text()).isEqualTo("0");
    d.docker("exec", id, "chown", "33:50", "/cargo").ok();
    String listed =
        d.shell()
            .run("sh", "-c", "docker cp " + id + ":/cargo - | tar --numeric-owner -tv")
            .ok()
            .text();
    assertThat(listed).contains(" 33/50 ");
    String image = d.docker("commit", id).ok().text();
    assertThat(
            d.docker("run", "--rm", "--network", "none", image, "stat", "-c", "%u %g", "/cargo")
                .ok()
                .text())
        .isEqualTo("33 50");
    String saved =
        d.shell()
            .run("sh", "-c", "docker export " + id + " | tar --numeric-owner -tv cargo etc/passwd")
            .ok()
            .out();
    assertThat(saved).contains(" 33/50 ").contains(" 0/0 ");
    d.docker("rm", "-f", id).ok();
    d.docker("rmi", "-f", image).ok();
  }

  private static void volume(DaemonUnderTest d) {
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--network",
                    "none",
                    "-v",
                    "hold:/hold",
                    "busybox",
                    "sh",
                    "-c",
                    "stat -c %u /hold; touch /hold/x && echo writes")
                .ok()
                .lines())
        .containsExactly("0", "writes");
  }

  private static void refusals(DaemonUnderTest d) {
    String[][] wrong = {
      {
        "{\"Privileged\":true}",
        "privileged mode is incompatible with user namespaces.  You must run the container in the host namespace when running privileged mode"
      },
      {
        "{\"NetworkMode\":\"host\"}",
        "cannot share the host's network namespace when user namespaces are enabled"
      },
      {
        "{\"PidMode\":\"host\"}",
        "cannot share the host PID namespace when user namespaces are enabled"
      },
    };
    for (String[] one : wrong) {
      var answer = Requests.create(d, "{\"HostConfig\":" + one[0] + "}");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(Requests.message(answer)).isEqualTo(one[1]);
    }
  }

  private static void hostsNamespace(DaemonUnderTest d) {
    Outcome run =
        d.docker(
            "run",
            "--rm",
            "--network",
            "none",
            "--userns",
            "host",
            "--privileged",
            "busybox",
            "sh",
            "-c",
            "awk '{print $1, $2}' /proc/self/uid_map");
    assertThat(run.ok().text()).isEqualTo("0 0");
  }

  private static void survivesTheDaemon(DaemonUnderTest d) {
    String id = d.docker("run", "-d", "--network", "away", "busybox", "sleep", "60").ok().text();
    d.kill9();
    d.restart();
    assertThat(d.docker("exec", id, "id", "-u").ok().text()).isEqualTo("0");
    d.docker("kill", id).ok();
    Eventually.holds(
        "the container has ended",
        Duration.ofSeconds(10),
        () -> d.inspect(id, "{{.State.Status}}").equals("exited"));
    d.docker("start", id).ok();
    assertThat(
            d.docker(new byte[0], "exec", id, "cat", "/etc/hostname")
                .ok()
                .out()
                .getBytes(StandardCharsets.UTF_8))
        .isNotEmpty();
  }
}
