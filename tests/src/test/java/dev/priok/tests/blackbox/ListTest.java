package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docker ps and its filters. */
@BlackBox
final class ListTest {
  @Test
  void filters(DaemonUnderTest d) {
    String runs = d.name("runs");
    String ended = d.name("ended");
    String made = d.name("made");
    d.docker(
            "run",
            "-d",
            "--name",
            runs,
            "--label",
            "tier=web",
            "--label",
            "plain",
            "busybox",
            "sleep",
            "60")
        .ok();
    d.docker("run", "--name", ended, "--label", "tier=db", "busybox", "sh", "-c", "exit 3")
        .exits(3);
    d.docker("create", "--name", made, "-v", "/data-of-made", "busybox", "true").ok();
    assertThat(names(d)).containsExactly(runs);
    assertThat(names(d, "-a")).containsExactly(made, ended, runs);
    assertThat(names(d, "-a", "-n", "1")).containsExactly(made);
    assertThat(names(d, "-l")).containsExactly(made);
    assertThat(names(d, "-f", "status=exited")).containsExactly(ended);
    assertThat(names(d, "-f", "status=created")).containsExactly(made);
    assertThat(names(d, "-a", "-f", "exited=3")).containsExactly(ended);
    assertThat(names(d, "-a", "-f", "label=tier")).containsExactly(ended, runs);
    assertThat(names(d, "-a", "-f", "label=tier=web")).containsExactly(runs);
    assertThat(names(d, "-a", "-f", "label=tier", "-f", "label=plain")).containsExactly(runs);
    assertThat(names(d, "-a", "-f", "name=^" + ended + "$")).containsExactly(ended);
    assertThat(names(d, "-a", "-f", "name=made-")).containsExactly(made);
    assertThat(names(d, "-a", "-f", "ancestor=busybox")).containsExactly(made, ended, runs);
    assertThat(names(d, "-a", "-f", "before=" + made)).containsExactly(ended, runs);
    assertThat(names(d, "-a", "-f", "since=" + runs)).containsExactly(made, ended);
    assertThat(names(d, "-a", "-f", "volume=/data-of-made")).containsExactly(made);
    assertThat(names(d, "-a", "-f", "network=bridge", "-f", "status=running"))
        .containsExactly(runs);
    String id = d.inspect(ended, "{{.Id}}");
    assertThat(names(d, "-a", "-f", "id=" + id.substring(0, 10))).containsExactly(ended);
    assertThat(d.docker("ps", "-f", "colour=red").exits(1).err()).contains("invalid filter");
    assertThat(d.docker("ps", "-f", "status=merry").exits(1).err()).contains("merry");
  }

  private static List<String> names(DaemonUnderTest d, String... options) {
    List<String> command = new ArrayList<>(List.of("ps", "--format", "{{.Names}}"));
    command.addAll(List.of(options));
    return d.docker(command.toArray(String[]::new)).ok().lines();
  }

  @Test
  void columns(DaemonUnderTest d) {
    String name = d.name("column");
    d.docker("run", "-d", "--name", name, "-p", "127.0.0.1:18101:80", "busybox", "sleep", "60")
        .ok();
    String line =
        d.docker(
                "ps",
                "--filter",
                "name=" + name,
                "--format",
                "{{.Image}}|{{.Command}}|{{.Status}}|{{.Ports}}|{{.State}}")
            .ok()
            .text();
    assertThat(line)
        .matches("busybox\\|\"sleep 60\"\\|Up .*\\|127\\.0\\.0\\.1:18101->80/tcp\\|running");
    d.docker("kill", name).ok();
    assertThat(
            d.docker("ps", "-a", "--filter", "name=" + name, "--format", "{{.Status}}").ok().text())
        .startsWith("Exited (137)");
  }

  @Test
  void namesWhereNoneIsGiven(DaemonUnderTest d) {
    String id = d.docker("create", "busybox").ok().text();
    assertThat(d.inspect(id, "{{.Name}}")).matches("/[a-z]+_[a-z]+[0-9]?");
  }

  @Test
  void sizes(DaemonUnderTest d) {
    String name = d.name("size");
    d.docker("run", "--name", name, "busybox", "sh", "-c", "head -c 1000000 /dev/zero > /big").ok();
    assertThat(
            d.docker("ps", "-as", "--filter", "name=" + name, "--format", "{{.Size}}").ok().text())
        .startsWith("1MB (virtual");
    assertThat(d.docker("inspect", "-s", "--format", "{{.SizeRw}}", name).ok().text())
        .isEqualTo("1000000");
  }
}
