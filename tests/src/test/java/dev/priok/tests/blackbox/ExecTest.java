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
}
