package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.RawHttp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docker exec. */
@BlackBox
final class ExecTest {
  private static String sleeper(DaemonUnderTest d, String... options) {
    String name = d.name("exec");
    List<String> command = new ArrayList<>(List.of("run", "-d", "--name", name));
    command.addAll(List.of(options));
    command.addAll(List.of("busybox", "sleep", "300"));
    d.docker(command.toArray(String[]::new)).ok();
    return name;
  }

  @Test
  void outputAndExitCodes(DaemonUnderTest d) {
    String name = sleeper(d);
    Outcome exec = d.docker("exec", name, "sh", "-c", "echo out; echo err >&2; exit 3").exits(3);
    assertThat(exec.out()).isEqualTo("out\n");
    assertThat(exec.err()).isEqualTo("err\n");
    Outcome missing = d.docker("exec", name, "no-such-command");
    // 127 by the manual; Docker 26 with runc 1.1 answers 126.
    assertThat(missing.exit()).isIn(126, 127);
    assertThat(missing.all()).contains("executable file not found in $PATH");
    d.docker("exec", name, "/etc").exits(126);
  }

  @Test
  void userFolderAndEnvironment(DaemonUnderTest d) {
    String name = sleeper(d, "-e", "FROM_RUN=1");
    Outcome exec =
        d.docker(
            "exec",
            "-u",
            "33",
            "-w",
            "/var/www",
            "-e",
            "FROM_EXEC=2",
            name,
            "sh",
            "-c",
            "id -u; pwd; echo $FROM_RUN$FROM_EXEC");
    assertThat(exec.ok().lines()).containsExactly("33", "/var/www", "12");
  }

  @Test
  void input(DaemonUnderTest d) {
    String name = sleeper(d);
    byte[] input = "line\n".repeat(50_000).getBytes(StandardCharsets.UTF_8);
    assertThat(d.docker(input, "exec", "-i", name, "wc", "-l").ok().text()).isEqualTo("50000");
  }

  @Test
  void detached(DaemonUnderTest d) {
    String name = sleeper(d);
    d.docker("exec", "-d", name, "sh", "-c", "echo here > /tmp/mark").ok();
    Eventually.holds(
        "the mark",
        Duration.ofSeconds(5),
        () -> d.docker("exec", name, "cat", "/tmp/mark").text().equals("here"));
  }

  @Test
  void privileged(DaemonUnderTest d) {
    String name = sleeper(d);
    String plain = d.docker("exec", name, "grep", "CapEff", "/proc/self/status").ok().text();
    assertThat(plain).contains("00000000a80425fb");
    assertThat(
            d.docker("exec", "--privileged", name, "grep", "CapEff", "/proc/self/status")
                .ok()
                .text())
        .isNotEqualTo(plain)
        .matches("CapEff:\\s+000001ff.*");
  }

  @Test
  void notInAContainerThatDoesNotRun(DaemonUnderTest d) {
    String name = sleeper(d);
    d.docker("pause", name).ok();
    assertThat(d.docker("exec", name, "true").exits(1).err())
        .contains("is paused, unpause the container before exec");
    d.docker("unpause", name).ok();
    d.docker("kill", name).ok();
    assertThat(d.docker("exec", name, "true").exits(1).err()).contains("is not running");
  }

  @Test
  void inspectOfAnExecTellsItsExitCode(DaemonUnderTest d) {
    String name = sleeper(d);
    RawHttp.Answer created =
        d.http()
            .post("/v1.45/containers/" + name + "/exec", "{\"Cmd\":[\"sh\",\"-c\",\"exit 4\"]}");
    assertThat(created.status()).isEqualTo(201);
    String id = created.body().replaceAll(".*\"Id\":\"([0-9a-f]{64})\".*\\s*", "$1");
    assertThat(d.http().post("/v1.45/exec/" + id + "/start", "{\"Detach\":true}").status())
        .isEqualTo(200);
    Eventually.holds(
        "the exit code",
        Duration.ofSeconds(5),
        () -> d.http().get("/v1.45/exec/" + id + "/json").body().contains("\"ExitCode\":4"));
    assertThat(d.http().post("/v1.45/exec/" + id + "/start", "{\"Detach\":true}").status())
        .isEqualTo(409);
    assertThat(d.http().get("/v1.45/exec/none/json").status()).isEqualTo(404);
  }

  @Test
  void noneDies(DaemonUnderTest d) {
    String name = sleeper(d);
    for (int i = 0; i < 10; i++) {
      assertThat(d.docker("exec", name, "echo", "" + i).ok().text()).isEqualTo("" + i);
    }
    assertThat(d.docker("top", name).ok().lines()).hasSize(2);
  }

  private static String created(DaemonUnderTest d, String container, String body) {
    RawHttp.Answer answer = d.http().post("/v1.45/containers/" + container + "/exec", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.body().replaceAll(".*\"Id\":\"([0-9a-f]{64})\".*\\s*", "$1");
  }

  private static RawHttp.Answer begin(DaemonUnderTest d, String exec) {
    return d.http().post("/v1.45/exec/" + exec + "/start", "{\"Detach\":true}");
  }

  @Test
  void onceOnlyAndListedWhileItRuns(DaemonUnderTest d) {
    String name = sleeper(d);
    String id = created(d, name, "{\"Cmd\":[\"sleep\",\"2\"]}");
    assertThat(begin(d, id).status()).isEqualTo(200);
    assertThat(begin(d, id).body()).contains("Error: Exec command " + id + " is already running");
    assertThat(d.inspect(name, "{{json .ExecIDs}}")).contains(id);
    Eventually.holds(
        "it has ended",
        Duration.ofSeconds(10),
        () -> d.http().get("/v1.45/exec/" + id + "/json").body().contains("\"Running\":false"));
    assertThat(begin(d, id).body()).contains("Error: Exec command " + id + " has already run");
    assertThat(d.inspect(name, "{{json .ExecIDs}}")).doesNotContain(id);
  }

  @Test
  void endsWithItsContainer(DaemonUnderTest d) {
    String name = sleeper(d);
    String running = created(d, name, "{\"Cmd\":[\"sleep\",\"100\"]}");
    String waiting = created(d, name, "{\"Cmd\":[\"sleep\",\"100\"]}");
    assertThat(begin(d, running).status()).isEqualTo(200);
    d.docker("pause", name).ok();
    assertThat(begin(d, waiting).body())
        .containsPattern("Container [0-9a-f]{64} is paused, unpause the container before exec");
    d.docker("unpause", name).ok();
    d.docker("kill", name).ok();
    Eventually.holds(
        "killed with it",
        Duration.ofSeconds(5),
        () -> d.http().get("/v1.45/exec/" + running + "/json").body().contains("\"ExitCode\":137"));
    assertThat(begin(d, waiting).status()).isEqualTo(404);
    d.docker("start", name).ok();
    assertThat(begin(d, waiting).status()).isEqualTo(404);
    d.docker("rm", "-f", name).ok();
    assertThat(d.http().get("/v1.45/exec/" + running + "/json").status()).isEqualTo(404);
  }

  @Test
  void impossibleOnes(DaemonUnderTest d) {
    String name = sleeper(d);
    assertThat(d.docker("exec", "-u", "nosuch", name, "id").all())
        .contains("unable to find user nosuch: no matching entries in passwd file");
    assertThat(d.docker("exec", "-w", "/nonexist", name, "pwd").all())
        .contains("chdir to cwd (\"/nonexist\") set in config.json failed");
    assertThat(d.docker("exec", name, "/etc/passwd").exits(126).all())
        .contains("permission denied");
    assertThat(d.docker("exec", "--detach-keys", "ctrl-?", name, "true").exits(1).err())
        .contains("Invalid escape keys (ctrl-?) provided");
    d.docker("exec", name, "sh", "-c", "kill -9 $$").exits(137);
    assertThat(d.http().post("/v1.45/containers/" + name + "/exec", "{}").body())
        .contains("No exec command specified");
  }

  @Test
  void hasTheUlimitsOfTheContainer(DaemonUnderTest d) {
    String name = sleeper(d, "--ulimit", "nofile=200:200");
    assertThat(d.docker("exec", name, "sh", "-c", "ulimit -n").ok().text()).isEqualTo("200");
  }

  @Test
  void sizeOfTheTerminal(DaemonUnderTest d) {
    String name = sleeper(d);
    String id =
        created(
            d,
            name,
            "{\"Cmd\":[\"sh\",\"-c\",\"stty size > /tmp/size\"],\"Tty\":true,\"ConsoleSize\":[11,22]}");
    assertThat(begin(d, id).status()).isEqualTo(200);
    Eventually.value(
        "the size",
        Duration.ofSeconds(5),
        () -> d.docker("exec", name, "cat", "/tmp/size").text(),
        "11 22"::equals);
  }
}
