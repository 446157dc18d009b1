package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Roles by unix user, with the docker command, and what the audit log says of it. */
@Tag("blackbox")
@DisabledIfSystemProperty(
    named = "priok.peer",
    matches = ".+",
    disabledReason = "about priokd itself")
final class RolesTest {
  /** As that user: the socket lies in a folder that everybody may pass through. */
  private static Outcome as(DaemonUnderTest d, String user, String command) {
    return d.shell()
        .run("setpriv", "--reuid", user, "--clear-groups", "sh", "-c", "cd /; exec " + command);
  }

  @Test
  void usersHaveTheirRolesAndTheLogKnowsThem() throws IOException {
    HostState before = HostState.now();
    Path folder = Files.createTempDirectory(Path.of("/tmp"), "priok-roles");
    Path roles = folder.resolve("roles.json");
    Path audit = folder.resolve("audit.log");
    Files.writeString(roles, "{\"users\": {\"games\": \"viewer\", \"news\": \"operator\"}}");
    DaemonUnderTest d =
        DaemonUnderTest.withImage(
            "-b", "none", "--roles", roles.toString(), "--audit-log", audit.toString());
    try {
      d.shell().run("chmod", "0666", d.socket().toString()).ok();
      String id =
          d.docker("run", "-d", "--net", "none", "--name", "mine", "busybox", "sleep", "1000")
              .ok()
              .text();
      String privileged =
          d.docker("run", "-d", "--net", "none", "--privileged", "busybox", "sleep", "1000")
              .ok()
              .text();
      assertThat(as(d, "games", "docker ps -q --no-trunc").ok().lines()).contains(id, privileged);
      assertThat(as(d, "games", "docker stop mine").exits(1).err())
          .contains("not allowed: role viewer has no container.stop");
      assertThat(as(d, "news", "docker exec mine echo hello").ok().text()).isEqualTo("hello");
      assertThat(as(d, "news", "docker exec " + privileged + " true").exits(1).err())
          .contains("needs privileged mode, and role operator has no right privileged");
      assertThat(
              as(d, "news", "docker run --rm --net none -v /:/host busybox true").exits(125).err())
          .contains("needs folders of the host");
      assertThat(as(d, "news", "docker run --rm --net none busybox echo made").ok().text())
          .isEqualTo("made");
      assertThat(as(d, "mail", "docker ps").exits(1).err())
          .contains("not allowed: mail has no role");
      Files.writeString(roles, "{\"users\": {\"mail\": \"boss\"}}");
      d.shell().run("kill", "-HUP", Long.toString(d.pid())).ok();
      Eventually.holds(
          "the daemon does not follow what it cannot understand",
          Duration.ofSeconds(10),
          () -> d.tail().contains("no role boss; there are "));
      as(d, "news", "docker ps").ok();
      Files.writeString(roles, "{\"users\": {\"mail\": \"viewer\"}}");
      d.shell().run("kill", "-HUP", Long.toString(d.pid())).ok();
      Eventually.holds(
          "the daemon follows the file",
          Duration.ofSeconds(10),
          () -> as(d, "mail", "docker ps").exit() == 0);
      assertThat(as(d, "news", "docker ps").exits(1).err())
          .contains("not allowed: news has no role");
      List<String> log = Files.readAllLines(audit);
      assertThat(log)
          .anyMatch(l ->
              l.contains("\"caller\":\"games\"")
                  && l.contains("\"operation\":\"container.stop\"")
                  && l.contains("\"verdict\":\"denied\""))
          .anyMatch(l ->
              l.contains("\"caller\":\"news\"")
                  && l.contains("\"operation\":\"exec.start\"")
                  && l.contains("\"verdict\":\"allowed\""))
          .allMatch(l -> l.startsWith("{\"time\":\"") && l.endsWith("}"));
      d.removeEverything();
    } finally {
      d.closeAndExpect(before);
      d.shell().run("rm", "-rf", folder.toString()).ok();
    }
  }

  @Test
  void rolesThatCannotBeReadEndTheStart() throws IOException {
    Path folder = Files.createTempDirectory(Path.of("/tmp"), "priok-roles");
    Path roles = folder.resolve("roles.json");
    Files.writeString(roles, "{\"users\": {\"games\": \"boss\"}}");
    try (DaemonUnderTest d = DaemonUnderTest.start("-b", "none")) {
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
                  "--bridge",
                  "none",
                  "--roles",
                  roles.toString())
              .exits(1);
      assertThat(start.all()).contains("no role boss; there are viewer, operator, builder, admin");
      d.shell().run("rm", "-rf", folder.toString()).ok();
    }
  }

  @Test
  void aVerdictIsExplainedWithoutADaemon() throws IOException {
    Path folder = Files.createTempDirectory(Path.of("/tmp"), "priok-roles");
    Path roles = folder.resolve("roles.json");
    Files.writeString(
        roles,
        """
        {"users": {"games": "team"}, "certificates": {"carol": "viewer"},
         "roles": {"team": {"from": "operator", "labels": {"team": "web"}}}}
        """);
    String check = DaemonUnderTest.root().resolve("bin/priok") + " roles check --roles " + roles;
    Shell shell = new Shell(Map.of(), Duration.ofSeconds(60));
    assertThat(shell.run("sh", "-c", check + " --user games container.create").exits(0).text())
        .contains("user games of the groups", "team (users.games)", "allowed by the operation ")
        .contains("label team=web", "host-mounts");
    assertThat(shell.run("sh", "-c", check + " --certificate carol volume.create").exits(1).text())
        .contains("certificate carol", "viewer (certificates.carol)", "has no volume.create");
    assertThat(shell.run("sh", "-c", check + " --anonymous container.list").exits(1).text())
        .contains("has no role, and there is no default");
    assertThat(shell.run("sh", "-c", check + " --user root container.create").exits(0).text())
        .contains("root is always admin");
    assertThat(shell.run("sh", "-c", check + " --user games container.fly").exits(2).err())
        .contains("no operation is named container.fly", "container.create");
    shell.run("rm", "-rf", folder.toString()).ok();
  }
}
