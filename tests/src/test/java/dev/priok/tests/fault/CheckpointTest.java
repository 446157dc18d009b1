package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docker checkpoint}, with the CRIU that bin/packages has fetched. */
@Tag("blackbox")
final class CheckpointTest {
  private static final String COUNTS = "i=0; while :; do echo $i; i=$((i+1)); sleep 0.05; done";

  private static HostState before;
  private static DaemonUnderTest d;

  @BeforeAll
  static void start() {
    Shell shell = new Shell(Map.of(), Duration.ofSeconds(60));
    assumeTrue(
        DaemonUnderTest.isPeer() || shell.run("criu", "check").exit() == 0,
        "CRIU is not to be had here, or does not know this kernel");
    before = HostState.now();
    d = DaemonUnderTest.withImage("--experimental");
  }

  @AfterAll
  static void stop() {
    if (d != null) {
      d.closeAndExpect(before);
    }
  }

  @AfterEach
  void removeContainers() {
    String all = d.docker("ps", "-aq").ok().text();
    for (String id : all.lines().toList()) {
      d.docker("rm", "-f", "-v", id).ok();
    }
  }

  private static String run(String... options) {
    List<String> command = new ArrayList<>(List.of("run", "-d", "--runtime", "runc"));
    command.addAll(Arrays.asList(options));
    return d.docker(command.toArray(String[]::new)).ok().text();
  }

  private static String counter(String... options) {
    List<String> all = new ArrayList<>(Arrays.asList(options));
    all.addAll(List.of("busybox", "sh", "-c", COUNTS));
    String id = run(all.toArray(String[]::new));
    Eventually.holds("it counts", Duration.ofSeconds(30), () -> counted(id) > 3);
    return id;
  }

  private static int counted(String id) {
    return (int) d.docker("logs", id).ok().text().lines().count();
  }

  /** No number is missing and none is there twice: the processes are the same ones. */
  private static void expectOneCount(String id) {
    List<String> lines = d.docker("logs", id).ok().text().lines().map(String::strip).toList();
    assertThat(lines)
        .containsExactlyElementsOf(IntStream.range(0, lines.size()).mapToObj(i -> "" + i).toList());
  }

  private static void expectCountsOn(String id) {
    int now = counted(id);
    Eventually.holds("it counts on", Duration.ofSeconds(30), () -> counted(id) > now + 3);
  }

  private static List<String> listed(String id) {
    return d.docker("checkpoint", "ls", id).ok().text().lines().skip(1).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--network=bridge --health-cmd=true --health-interval=1s",
        "--network=none --read-only --tmpfs=/t",
        "--network=host --privileged",
        "--tty --restart=always",
        "--interactive --volume=/data"
      })
  void goesOnWhereItWas(String options) {
    String id = counter(options.split(" "));
    assertThat(d.docker("checkpoint", "create", id, "first").ok().text()).isEqualTo("first");
    assertThat(listed(id)).containsExactly("first");
    if (!options.contains("--restart=always") || !DaemonUnderTest.isPeer()) {
      // Docker's restart policy begins such a container anew, and its state is lost.
      Eventually.holds(
          "it is down",
          Duration.ofSeconds(30),
          () -> d.inspect(id, "{{.State.Status}} {{.State.ExitCode}}").equals("exited 137"));
      d.docker("start", "--checkpoint", "first", id).ok();
      expectCountsOn(id);
      expectOneCount(id);
      assertThat(d.docker("exec", id, "echo", "in").ok().text()).isEqualTo("in");
    }
  }

  @Test
  void servesItsPortAgain() {
    String id = run("-p", "127.0.0.1:18099:80", "busybox", "httpd", "-f", "-h", "/var/www");
    Outcome made = d.docker("checkpoint", "create", id, "web");
    // SOL_SOCKET, SO_PASSCRED: since Linux 6.16 only sockets of AF_UNIX have it, and CRIU 4.1 asks
    // all.
    assumeTrue(!made.err().contains("Can't get 1:16 opt"), "this CRIU is too old for the kernel");
    made.ok();
    Eventually.holds(
        "it is down",
        Duration.ofSeconds(30),
        () -> d.inspect(id, "{{.State.Running}}").equals("false"));
    d.docker("start", "--checkpoint", "web", id).ok();
    assertThat(
            d.shell()
                .run(
                    "curl", "-s", "--retry", "20", "--retry-connrefused", "http://127.0.0.1:18099/")
                .ok()
                .text())
        .contains("Hello");
  }

  @Test
  void keepsWhatItWasToldToLeave() {
    String id = counter();
    String pid = d.inspect(id, "{{.State.Pid}}");
    d.docker("checkpoint", "create", "--leave-running", id, "one").ok();
    expectCountsOn(id);
    d.docker("checkpoint", "create", "--leave-running", id, "two").ok();
    assertThat(d.inspect(id, "{{.State.Running}} {{.State.Pid}}")).isEqualTo("true " + pid);
    expectOneCount(id);
    assertThat(listed(id)).containsExactly("one", "two");
    d.docker("checkpoint", "rm", id, "one").ok();
    assertThat(listed(id)).containsExactly("two");
    assertThat(d.docker("checkpoint", "create", id, "two").exits(1).err())
        .contains("checkpoint with name two already exists for container");
    d.docker("pause", id).ok();
    d.docker("checkpoint", "create", "--leave-running", id, "cold").ok();
    assertThat(d.inspect(id, "{{.State.Status}}")).isEqualTo("paused");
    int frozen = counted(id);
    Eventually.pause(Duration.ofMillis(300));
    assertThat(counted(id)).isEqualTo(frozen);
    d.docker("unpause", id).ok();
    expectCountsOn(id);
    assertThat(
            d.docker("events", "--since", "1m", "--until", "0s", "--filter", "event=checkpoint")
                .ok()
                .text()
                .lines())
        .hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  @DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "priok's own")
  void thePriokCommandDoesTheSame() {
    String priok = DaemonUnderTest.root().resolve("bin/priok").toString();
    String id = counter();
    assertThat(d.shell().run(priok, "checkpoint", "create", id, "mine").ok().text())
        .isEqualTo("mine");
    assertThat(d.shell().run(priok, "checkpoint", "ls", id).ok().lines())
        .containsExactly("CHECKPOINT NAME", "mine");
    d.shell().run(priok, "start", "--checkpoint", "mine", id).ok();
    expectCountsOn(id);
    expectOneCount(id);
    d.shell().run(priok, "checkpoint", "rm", id, "mine").ok();
    assertThat(d.shell().run(priok, "checkpoint", "rm", id, "mine").exits(1).err())
        .contains("checkpoint mine does not exist for container");
    assertThat(listed(id)).isEmpty();
  }

  @Test
  void refusesWhatCannotBe() {
    String id = counter();
    assertThat(d.docker("checkpoint", "create", id, "../up").exits(1).err())
        .contains("Invalid checkpoint ID (../up), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    assertThat(d.docker("checkpoint", "create", id, "x").exits(1).err())
        .contains("Invalid checkpoint ID (x)");
    assertThat(d.docker("checkpoint", "rm", id, "none").exits(1).err())
        .contains("checkpoint none does not exist for container");
    assertThat(d.docker("checkpoint", "ls", "nobody").exits(1).err())
        .contains("No such container: nobody");
    d.docker("stop", "-t", "0", id).ok();
    assertThat(d.docker("checkpoint", "create", id, "late").exits(1).err())
        .contains("container " + id + " is not running");
    assertThat(d.docker("start", "--checkpoint", "none", id).exits(1).err())
        .contains("checkpoint none does not exist for container");
    assertThat(listed(id)).isEmpty();
  }

  @Test
  void whatCriuCannotWriteDownRunsOn() {
    String id =
        run(
            "busybox",
            "sh",
            "-c",
            "httpd -p 99; sleep 0.3; sleep 1000 | nc 127.0.0.1 99 & " + COUNTS);
    Eventually.holds("it counts", Duration.ofSeconds(30), () -> counted(id) > 10);
    Outcome refused = d.docker("checkpoint", "create", id, "wired").exits(1);
    if (!DaemonUnderTest.isPeer()) {
      assertThat(refused.err())
          .contains("Cannot checkpoint container")
          .containsIgnoringCase("socket");
      assertThat(listed(id)).isEmpty();
    }
    expectCountsOn(id);
    expectOneCount(id);
  }

  @Test
  @DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "Docker refuses")
  void aFolderOfTheClientsChoice() throws IOException {
    Path folder = d.scratch().resolve("kept");
    String id = counter();
    String[] create = {"checkpoint", "create", "--leave-running", "--checkpoint-dir"};
    d.docker(
            Stream.concat(Stream.of(create), Stream.of(folder.toString(), id, "first"))
                .toArray(String[]::new))
        .ok();
    Files.createDirectory(folder.resolve("letters"));
    assertThat(
            d.docker("checkpoint", "ls", "--checkpoint-dir", folder.toString(), id)
                .ok()
                .text()
                .lines()
                .skip(1))
        .containsExactly("first");
    assertThat(listed(id)).isEmpty();
    assertThat(
            d.docker("checkpoint", "rm", "--checkpoint-dir", folder.toString(), id, "letters")
                .exits(1)
                .err())
        .contains("checkpoint letters does not exist");
    assertThat(folder.resolve("letters")).exists();
    assertThat(
            d.docker("checkpoint", "create", "--checkpoint-dir", "kept", id, "second")
                .exits(1)
                .err())
        .contains("absolute path");
    d.docker("stop", "-t", "0", id).ok();
    String[] start = {"start", "--checkpoint-dir", folder.toString(), "--checkpoint", "first", id};
    // CRIU would make whatever processes somebody else describes there.
    Path image = folder.resolve("first/pstree.img");
    Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(d.docker(start).exits(1).err()).contains("is not trusted", "pstree.img");
    Files.delete(image);
    Files.createSymbolicLink(image, Path.of("/etc/passwd"));
    assertThat(d.docker(start).exits(1).err()).contains("tampered", "pstree.img");
    Files.delete(image);
    assertThat(d.docker(start).exits(1).err()).contains("restore failed");
    assertThat(d.inspect(id, "{{.State.Running}}")).isEqualTo("false");
    d.docker("checkpoint", "rm", "--checkpoint-dir", folder.toString(), id, "first").ok();
    assertThat(folder.resolve("first")).doesNotExist();
    d.docker("start", id).ok();
    assertThat(d.inspect(id, "{{.State.Running}}")).isEqualTo("true");
  }

  @Test
  @DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "Debian's crun")
  void aRuntimeWithoutCriuSaysSo() {
    String version = new Shell(Map.of(), Duration.ofSeconds(9)).run("crun", "--version").text();
    assumeTrue(!version.isEmpty() && !version.contains("+CRIU"), "this crun has CRIU");
    String id =
        d.docker("run", "-d", "--runtime", "crun", "busybox", "sh", "-c", COUNTS).ok().text();
    assertThat(d.docker("checkpoint", "create", id, "none").exits(1).err())
        .contains("Cannot checkpoint container", "built without CRIU", "--runtime runc");
    expectCountsOn(id);
    assertThat(listed(id)).isEmpty();
  }

  @Test
  @DisabledIfSystemProperty(
      named = "priok.peer",
      matches = ".+",
      disabledReason = "kills the daemon")
  void nothingIsLostByKillNine() throws Exception {
    for (int millis : new int[] {0, 400, 900, 1200, 1600}) {
      String id = counter("--network", "none");
      Process client = d.shell().start(List.of("docker", "checkpoint", "create", id, "torn"));
      Eventually.pause(Duration.ofMillis(millis));
      d.kill9();
      client.waitFor();
      d.restart();
      List<String> found = listed(id);
      boolean running = d.inspect(id, "{{.State.Running}}").equals("true");
      String when = "after " + millis + " ms: " + found + ", running: " + running;
      if (running) {
        expectCountsOn(id);
        expectOneCount(id);
      } else {
        // It ends only when its checkpoint is there.
        assertThat(found).as(when).containsExactly("torn");
      }
      Path folder = d.dataRoot().resolve("containers/" + id + "/checkpoints");
      if (Files.exists(folder)) {
        try (Stream<Path> entries = Files.list(folder)) {
          assertThat(entries.map(path -> path.getFileName().toString()))
              .as(when)
              .containsExactlyElementsOf(found);
        }
      }
      if (!found.isEmpty() && !running) {
        d.docker("start", "--checkpoint", "torn", id).ok();
        expectCountsOn(id);
        expectOneCount(id);
      }
      d.docker("rm", "-f", id).ok();
      assertThat(folder).doesNotExist();
    }
  }

  /** The container is frozen until it is killed, and then only the checkpoint's note is left. */
  @Test
  @DisabledIfSystemProperty(
      named = "priok.peer",
      matches = ".+",
      disabledReason = "kills the daemon")
  void nothingStaysFrozenByKillNine() throws Exception {
    for (boolean noted : new boolean[] {true, false, false}) {
      String id = counter("--network", "none");
      Path folder = d.dataRoot().resolve("containers/" + id + "/checkpoints");
      Path note = folder.resolve(".making");
      Process client = d.shell().start(List.of("docker", "checkpoint", "create", id, "late"));
      while (client.isAlive()
          && !(Files.exists(folder.resolve("late")) && Files.exists(note) == noted)) {
        Thread.onSpinWait();
      }
      d.kill9();
      client.waitFor();
      d.restart();
      assertThat(listed(id)).containsExactly("late");
      if (d.inspect(id, "{{.State.Running}}").equals("true")) {
        expectCountsOn(id);
      }
      assertThat(note).doesNotExist();
      d.docker("rm", "-f", id).ok();
    }
  }
}
