package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docker run --link} on the default bridge. */
@BlackBox
final class LinksTest {
  private static String database(DaemonUnderTest d) {
    String name = d.name("db");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "-h",
            "dbhost",
            "-e",
            "FOO=bar",
            "--expose",
            "5432",
            "--expose",
            "5433",
            "busybox",
            "sleep",
            "1000")
        .ok();
    return name;
  }

  private static String linked(DaemonUnderTest d, String database) {
    String name = d.name("web");
    String link = database + ":the-db";
    d.docker("run", "-d", "--name", name, "--link", link, "busybox", "sleep", "1000").ok();
    return name;
  }

  private static String address(DaemonUnderTest d, String name) {
    return d.inspect(name, "{{.NetworkSettings.IPAddress}}");
  }

  @Test
  void theLinkedContainerHasNamesAndVariables(DaemonUnderTest d) {
    String database = database(d);
    String web = linked(d, database);
    String address = address(d, database);
    List<String> variables = d.docker("exec", web, "env").ok().lines();
    assertThat(variables)
        .contains(
            "THE_DB_NAME=/" + web + "/the-db",
            "THE_DB_ENV_FOO=bar",
            "THE_DB_PORT_5432_TCP=tcp://" + address + ":5432",
            "THE_DB_PORT_5432_TCP_ADDR=" + address,
            "THE_DB_PORT_5432_TCP_PORT=5432",
            "THE_DB_PORT_5432_TCP_PROTO=tcp")
        .noneMatch(v -> v.startsWith("THE_DB_ENV_PATH"));
    assertThat(d.docker("exec", web, "sh", "-c", "cat /proc/1/environ | tr '\\0' '\\n'").ok().out())
        .contains("THE_DB_PORT=tcp://" + address + ":5432");
    assertThat(d.docker("exec", web, "cat", "/etc/hosts").ok().out())
        .containsPattern(address.replace(".", "\\.") + "\\s+the-db dbhost " + database);
    d.docker("exec", web, "ping", "-c", "1", "-W", "5", "the-db").ok();
    assertThat(d.inspect(web, "{{json .HostConfig.Links}}"))
        .isEqualTo("[\"/" + database + ":/" + web + "/the-db\"]");
    assertThat(d.inspect(web, "{{json .Config.Env}}")).doesNotContain("THE_DB");
  }

  @Test
  void theLinkIsANameOfTheOtherContainer(DaemonUnderTest d) {
    String database = database(d);
    String web = linked(d, database);
    assertThat(d.docker("ps", "--no-trunc", "--format", "{{.Names}}").ok().lines())
        .contains(database + "," + web + "/the-db");
    assertThat(d.inspect(web + "/the-db", "{{.Name}}")).isEqualTo("/" + database);
  }

  @Test
  void renamesAreFollowed(DaemonUnderTest d) {
    String database = database(d);
    String web = linked(d, database);
    String other = d.name("other");
    String front = d.name("front");
    d.docker("rename", database, other).ok();
    d.docker("rename", web, front).ok();
    assertThat(d.inspect(front, "{{json .HostConfig.Links}}"))
        .isEqualTo("[\"/" + other + ":/" + front + "/the-db\"]");
    assertThat(d.docker("ps", "--no-trunc", "--format", "{{.Names}}").ok().lines())
        .contains(other + "," + front + "/the-db");
  }

  @Test
  void anotherAddressIsLearned(DaemonUnderTest d) {
    String database = database(d);
    String web = linked(d, database);
    String before = address(d, database);
    d.docker("stop", "-t", "0", database).ok();
    // Somebody else gets the address meanwhile.
    d.docker("run", "-d", "--name", d.name("squatter"), "busybox", "sleep", "1000").ok();
    d.docker("start", database).ok();
    String after = address(d, database);
    Eventually.holds(
        "the new address",
        Duration.ofSeconds(5),
        () -> d.docker("exec", web, "grep", "the-db", "/etc/hosts").ok().out().startsWith(after));
    if (!DaemonUnderTest.isPeer()) {
      assertThat(after).isNotEqualTo(before);
    }
  }

  @Test
  void aLinkCanBeRemoved(DaemonUnderTest d) {
    String database = database(d);
    String web = linked(d, database);
    assertThat(d.docker("rm", "--link", web).exits(1).err())
        .contains("Conflict, cannot remove the default link name of the container");
    assertThat(d.docker("rm", "--link", web + "/nothing").exits(1).err())
        .contains("No such container: " + web + "/nothing");
    d.docker("rm", "--link", web + "/the-db").ok();
    assertThat(d.inspect(web, "{{json .HostConfig.Links}}")).isEqualTo("null");
    assertThat(d.docker("exec", web, "cat", "/etc/hosts").ok().out()).doesNotContain("the-db");
    assertThat(d.inspect(database, "{{.State.Running}}")).isEqualTo("true");
  }

  @Test
  void whatCannotBeLinked(DaemonUnderTest d) {
    assertThat(d.docker("create", "--link", "nobody:db", "busybox").exits(1).err())
        .contains("could not get container for nobody: No such container: nobody");
    String down = d.name("down");
    d.docker("create", "--name", down, "busybox").ok();
    String web = d.name("web");
    d.docker("create", "--name", web, "--link", down + ":db", "busybox", "true").ok();
    assertThat(d.docker("start", web).exits(1).err())
        .contains("Cannot link to a non running container: /" + down + " AS /" + web + "/db");
    d.docker("rm", down).ok();
    d.docker("start", "-a", web).ok();
  }
}
