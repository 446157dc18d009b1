package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import dev.priok.tests.support.PluginPlace;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * A volume plugin ({@code tests/plugin/volume-plugin.py}) as daemons meet it: found by its socket,
 * counting its users, gone and back. It needs the place where daemons look for sockets to itself,
 * and kills the daemon.
 */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "kills the daemon")
final class VolumePluginTest {
  private final Shell shell = new Shell(Map.of(), Duration.ofSeconds(60));
  private PluginPlace place;
  private DaemonUnderTest d;
  private HostState before;
  private Path folder;
  private Process plugin;

  @BeforeEach
  void start() throws IOException {
    before = HostState.now();
    place = PluginPlace.cover();
    d = DaemonUnderTest.withImage();
    folder = d.scratch();
    plugin = startPlugin();
  }

  private Process startPlugin() throws IOException {
    return place.start("volume-plugin.py", "testvol", folder);
  }

  @AfterEach
  void end() throws IOException {
    try {
      d.removeEverything();
      plugin.destroyForcibly();
    } finally {
      place.close();
    }
    d.closeAndExpect(before);
  }

  private List<String> calls(String method) throws IOException {
    return Files.readAllLines(folder.resolve("calls")).stream()
        .filter(line -> line.startsWith("VolumeDriver." + method + " "))
        .toList();
  }

  private String state() throws IOException {
    return Files.readString(folder.resolve("state.json"));
  }

  @Test
  void theWholeLifeOfAVolume() throws IOException {
    d.docker("volume", "create", "-d", "testvol", "-o", "a=b", "--label", "l=m", "pv").ok();
    assertThat(d.docker("volume", "ls", "--format", "{{.Driver}} {{.Name}}").ok().lines())
        .containsExactly("testvol pv");
    assertThat(
            d.docker(
                    "volume",
                    "inspect",
                    "-f",
                    "{{.Driver}} {{.Scope}} {{.Status.users}} {{.Labels.l}} {{.Options.a}}",
                    "pv")
                .ok()
                .text())
        .isEqualTo("testvol global 0 m b");
    d.docker("run", "--rm", "-v", "pv:/p", "busybox", "sh", "-c", "echo kept > /p/f").ok();
    assertThat(folder.resolve("volumes/pv/f")).hasContent("kept");
    d.docker("run", "-d", "--name", "user", "-v", "pv:/p", "busybox", "sleep", "1000").ok();
    assertThat(d.inspect("user", "{{(index .Mounts 0).Driver}} {{(index .Mounts 0).Source}}"))
        .isEqualTo("testvol " + folder.resolve("volumes/pv"));
    assertThat(d.docker("volume", "rm", "pv").exits(1).err()).contains("volume is in use - [");
    assertThat(d.docker("cp", "user:/p/f", "-").ok().out()).contains("kept");
    d.docker("rm", "-f", "user").ok();
    assertThat(state()).contains("\"users\": []");
    assertThat(calls("Mount")).hasSameSizeAs(calls("Unmount"));
    assertThat(d.docker("volume", "prune", "-f", "-a").ok().out()).doesNotContain("pv");
    d.docker("volume", "rm", "pv").ok();
    assertThat(state()).isEqualTo("{}");
  }

  @Test
  void refusalsAreThePluginsOwn() {
    assertThat(d.docker("volume", "create", "-d", "testvol", "-o", "refuse=1", "x1").exits(1).err())
        .contains("create x1: VolumeDriver.Create: such a volume is not made here");
    assertThat(d.docker("volume", "create", "-d", "nosuch", "x2").exits(1).err())
        .contains("create x2: error looking up volume plugin nosuch: plugin \"nosuch\" not found");
    d.docker("volume", "create", "-d", "testvol", "-o", "fail=Mount", "x3").ok();
    assertThat(d.docker("run", "--rm", "-v", "x3:/x", "busybox", "true").exits(125).err())
        .contains("error while mounting volume")
        .contains("VolumeDriver.Mount of x3 fails as told");
    d.docker("volume", "create", "-d", "testvol", "-o", "fail=Remove", "x4").ok();
    assertThat(d.docker("volume", "rm", "x4").exits(1).err())
        .contains("VolumeDriver.Remove of x4 fails as told");
    d.docker("volume", "rm", "-f", "x4").ok();
    d.docker("volume", "create", "x5").ok();
    assertThat(d.docker("volume", "create", "-d", "testvol", "x5").exits(1).err())
        .contains("volume name must be unique");
    d.docker("volume", "rm", "x3", "x5").ok();
  }

  @Test
  void volumesThatOnlyThePluginKnows() throws IOException {
    d.docker("volume", "create", "-d", "testvol", "theirs").ok();
    d.docker("volume", "rm", "theirs").ok();
    Files.createDirectories(folder.resolve("volumes/outside"));
    Files.writeString(
        folder.resolve("state.json"),
        "{\"outside\": {\"users\": [], \"options\": {}, \"created\": \"2024-01-02T03:04:05Z\"}}");
    assertThat(d.docker("volume", "ls", "-q").ok().lines()).containsExactly("outside");
    assertThat(d.docker("volume", "inspect", "-f", "{{.CreatedAt}}", "outside").ok().text())
        .isEqualTo("2024-01-02T03:04:05Z");
    d.docker("run", "--rm", "-v", "outside:/o", "busybox", "touch", "/o/x").ok();
    assertThat(folder.resolve("volumes/outside/x")).exists();
    d.docker("volume", "rm", "outside").ok();
  }

  @Test
  void usersAreRightAfterTheDaemonWasKilled() throws IOException {
    d.docker("volume", "create", "-d", "testvol", "pv").ok();
    d.docker("volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "tv").ok();
    for (String name : List.of("stays", "ends")) {
      d.docker(
              "run", "-d", "--name", name, "-v", "pv:/p", "-v", "tv:/t", "busybox", "sleep", "1000")
          .ok();
    }
    d.docker("exec", "stays", "touch", "/t/kept").ok();
    String pid = d.inspect("ends", "{{.State.Pid}}");
    d.kill9();
    shell.run("kill", "-9", pid).ok();
    d.restart();
    Eventually.value(
        "the other user is gone",
        Duration.ofSeconds(10),
        () -> d.inspect("ends", "{{.State.Running}}"),
        "false"::equals);
    assertThat(calls("Mount")).hasSize(2);
    assertThat(calls("Unmount")).hasSize(1);
    assertThat(d.docker("run", "--rm", "-v", "tv:/t", "busybox", "ls", "/t").ok().text())
        .isEqualTo("kept");
    d.docker("rm", "-f", "stays", "ends").ok();
    assertThat(state()).contains("\"users\": []");
    assertThat(shell.run("grep", "-c", d.dataRoot() + "/volumes", "/proc/mounts").text())
        .isEqualTo("0");
    d.docker("volume", "rm", "pv", "tv").ok();
  }

  @Test
  void aPluginMayComeBackAfterTheDaemon() throws IOException {
    d.docker("volume", "create", "-d", "testvol", "pv").ok();
    plugin.destroyForcibly();
    d.kill9();
    d.restart();
    assertThat(d.docker("volume", "ls", "-q").ok().lines()).containsExactly("pv");
    Thread.ofVirtual()
        .start(() -> {
          try {
            Thread.sleep(1500);
            plugin = startPlugin();
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    d.docker("run", "--rm", "-v", "pv:/p", "busybox", "touch", "/p/late").ok();
    assertThat(folder.resolve("volumes/pv/late")).exists();
    d.docker("volume", "rm", "pv").ok();
  }
}
