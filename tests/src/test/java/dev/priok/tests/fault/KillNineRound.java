package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.Background;
import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One kill, and what must hold after it. Removes whatever it made. */
final class KillNineRound {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final DaemonUnderTest daemon;
  private final Random random;
  private final String name;
  private final Path gate;

  KillNineRound(DaemonUnderTest daemon, Random random, String name) {
    this.daemon = daemon;
    this.random = random;
    this.name = name;
    this.gate = daemon.scratch();
  }

  /** The containers of a round, by what is asked of them after the restart. */
  private record Actors(
      String counter,
      String ended,
      String endsAway,
      String goesAway,
      String web,
      String stopped,
      String killed,
      String flapper) {}

  /**
   * The sleeper is a running container of the whole test, the resting one was stopped by a user.
   */
  void play(String sleeper, String resting) {
    final String pid = daemon.inspect(sleeper, "{{.State.Pid}}");
    // Lasts until before, during or after the restart.
    final int last = 10 + random.nextInt(120);
    final Actors actors = actors(last);
    final String page = page(actors.web);
    final Background early = background("logs", "-f", actors.counter);
    final KillNineMix mix = new KillNineMix(daemon, name, 1 + random.nextInt(30));
    final BusyClients clients = new BusyClients(daemon, sleeper);
    clients.start();
    Eventually.pause(Duration.ofMillis(random.nextInt(900)));
    daemon.kill9();
    final Instant death = Instant.now();
    clients.join();
    final String seen = early.text(LIMIT);
    endWithoutDaemon(actors);
    Eventually.pause(Duration.ofMillis(random.nextInt(300)));
    daemon.restart();

    expect("what ran runs on", sleeper, "{{.State.Running}} {{.State.Pid}}", "true " + pid);
    expect("what a user stopped stays stopped", resting, "{{.State.Running}}", "false");
    assertThat(d("exec", sleeper, "echo", "managed")).as(name).isEqualTo("managed");
    daemon.docker("exec", sleeper, "sh", "-c", "exit 4").exits(4);
    assertThat(page(actors.web)).as("%s: published ports work", name).isEqualTo(page);
    assertThat(d("exec", sleeper, "wget", "-qO-", "http://web/"))
        .as("%s: names of a network resolve", name)
        .isEqualTo(page.strip());
    logs(actors, seen, last);
    exitCodes(actors);
    running(actors);
    clients.verify(name);
    mix.verify();
    Eventually.holds(
        name + ": the restart policy acts",
        Duration.ofSeconds(70),
        () -> startedAt(actors.flapper).isAfter(death));
    clean(sleeper, resting);
    mix.clean();
    clients.clean();
  }

  private Actors actors(int last) {
    String mount = gate + ":/gate";
    String wait = "while [ ! -e /gate/open ]; do sleep 0.01; done; ";
    String count =
        "i=0; while [ $i -lt " + last + " ]; do echo line $i; i=$((i+1)); sleep 0.02; done";
    String ended = d("create", "busybox", "sh", "-c", "echo whole; exit 5");
    daemon.docker("start", "-a", ended).exits(5);
    return new Actors(
        run("busybox", "sh", "-c", count + "; exit 7"),
        ended,
        run("-v", mount, "busybox", "sh", "-c", wait + "echo unwatched; exit 11"),
        run("--rm", "-v", mount, "busybox", "sh", "-c", wait),
        run(
            "-p",
            "80",
            "--network",
            KillNineTest.NETWORK,
            "--name",
            "web",
            "busybox",
            "httpd",
            "-f",
            "-h",
            "/var/www"),
        run("busybox", "sh", "-c", "trap 'exit 9' TERM; while :; do sleep 0.05; done"),
        run("busybox", "sleep", "1000"),
        run("--restart", "always", "busybox", "sh", "-c", "sleep 0.2; exit 3"));
  }

  /** Lets two containers end while there is no daemon. */
  private void endWithoutDaemon(Actors actors) {
    List<Path> processes = new ArrayList<>();
    try (var all = Files.list(Path.of("/proc"))) {
      for (Path process : all.toList()) {
        Path environment = process.resolve("cgroup");
        if (Files.isReadable(environment)) {
          String text = read(environment);
          if (text.contains(actors.endsAway) || text.contains(actors.goesAway)) {
            processes.add(process);
          }
        }
      }
      Files.createFile(gate.resolve("open"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(processes).as("%s: containers outlive the daemon", name).isNotEmpty();
    Eventually.holds(
        name + ": containers end without a daemon",
        LIMIT,
        () -> processes.stream().noneMatch(Files::exists));
  }

  /** A process may end between the look for it and the look at it. */
  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  private void logs(Actors actors, String seen, int last) {
    String whole =
        IntStream.range(0, last).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
    assertThat(whole)
        .as("%s: logs -f, cut off by the kill, had each line once", name)
        .startsWith(seen);
    assertThat(background("logs", "-f", actors.counter).text(LIMIT))
        .as("%s: logs -f after the restart has each line once", name)
        .isEqualTo(whole);
    assertThat(daemon.docker("logs", actors.counter).ok().out())
        .as("%s: no log line is lost or doubled", name)
        .isEqualTo(whole);
    assertThat(d("logs", actors.ended)).as(name).isEqualTo("whole");
    assertThat(d("logs", actors.endsAway)).as(name).isEqualTo("unwatched");
  }

  private void exitCodes(Actors actors) {
    assertThat(d("wait", actors.counter)).as("%s: an exit nobody watched", name).isEqualTo("7");
    String state = "{{.State.Status}} {{.State.ExitCode}}";
    expect("exit codes stay", actors.ended, state, "exited 5");
    expect("exit codes without a daemon", actors.endsAway, state, "exited 11");
    Eventually.holds(
        name + ": --rm removes what ended without a daemon",
        Duration.ofSeconds(10),
        () -> daemon.docker("inspect", actors.goesAway).exit() == 1);
  }

  private void running(Actors actors) {
    final Background stopWait = background("wait", actors.stopped);
    final Background killWait = background("wait", actors.killed);
    daemon.docker("stop", actors.stopped).ok();
    daemon.docker("kill", actors.killed).ok();
    assertThat(stopWait.text(LIMIT).strip()).as("%s: stop", name).isEqualTo("9");
    assertThat(killWait.text(LIMIT).strip()).as("%s: kill", name).isEqualTo("137");
    String state = "{{.State.Status}} {{.State.ExitCode}}";
    expect("stop after the restart", actors.stopped, state, "exited 9");
    expect("kill after the restart", actors.killed, state, "exited 137");
  }

  private void clean(String sleeper, String resting) {
    List<String> mine = new ArrayList<>(List.of("rm", "-f", "-v"));
    daemon.docker("ps", "-aq", "--no-trunc").ok().lines().stream()
        .filter(id -> !id.equals(sleeper) && !id.equals(resting))
        .forEach(mine::add);
    daemon.docker(mine.toArray(String[]::new)).ok();
  }

  private Instant startedAt(String id) {
    return Instant.parse(daemon.inspect(id, "{{.State.StartedAt}}"));
  }

  private String page(String web) {
    String at = d("port", web, "80").lines().findFirst().orElseThrow();
    URI uri = URI.create("http://127.0.0.1:" + at.substring(at.lastIndexOf(':') + 1) + "/");
    return Eventually.value(
        name + ": an answer from " + uri,
        Duration.ofSeconds(10),
        () -> {
          try (var stream = uri.toURL().openStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            return ""; // The server in the container may not listen yet.
          }
        },
        text -> !text.isEmpty());
  }

  private void expect(String what, String id, String format, String wanted) {
    assertThat(daemon.inspect(id, format)).as("%s: %s", name, what).isEqualTo(wanted);
  }

  private String run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("run", "-d"));
    all.addAll(List.of(arguments));
    return d(all.toArray(String[]::new));
  }

  private String d(String... arguments) {
    return daemon.docker(arguments).ok().text();
  }

  private Background background(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return new Background(daemon.shell(), command);
  }
}
