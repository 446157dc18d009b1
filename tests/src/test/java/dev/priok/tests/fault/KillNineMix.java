package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a round of {@link KillNineTest} has besides: a health check, a restart policy with an end,
 * log drivers, execs and a shared volume, all of them in the middle of something when the daemon
 * dies. The containers are removed with those of the round.
 */
final class KillNineMix implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int RETRIES = 3;
  private static final int LINES = 60;

  private final DaemonUnderTest daemon;
  private final String name;
  private final LineServer server;
  private final String mark;
  private final String volume;

  private final String healthy;
  private final String retries;
  private final String box;
  private final String file;
  private final String local;
  private final String remote;
  private final List<String> sharers;
  private final String execEnded;
  private final String execMeanwhile;
  private final String execLater;

  private final int restarts;

  /**
   * Starts all of it.
   *
   * @param gate a folder in which {@code open} appears while there is no daemon
   */
  KillNineMix(DaemonUnderTest daemon, String name, Path gate) {
    this.daemon = daemon;
    this.name = name;
    try {
      this.server = new LineServer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.mark = daemon.name("line");
    this.volume = daemon.name("shared");
    healthy =
        run(
            "--health-cmd=test ! -e /tmp/ill",
            "--health-interval=200ms",
            "--health-retries=2",
            "busybox",
            "sleep",
            "1000");
    box = run("-v", gate + ":/gate", "busybox", "sleep", "1000");
    String mount = volume + ":/shared";
    sharers =
        List.of(
            run("-v", mount, "busybox", "sh", "-c", "echo kept >/shared/f; sleep 1000"),
            d("create", "-v", mount, "busybox", "cat", "/shared/f"));
    execEnded = exec("exit 3");
    execMeanwhile = exec("while [ ! -e /gate/open ]; do sleep 0.01; done; exit 4");
    execLater = exec("while [ ! -e /tmp/go ]; do sleep 0.05; done; exit 5");
    is(healthy, "{{.State.Health.Status}}", "healthy");
    Eventually.holds(name + ": an exec ends", LIMIT, () -> execState(execEnded).contains(":3,"));
    file = run("--log-driver=json-file", "busybox", "sh", "-c", writes());
    local = run("--log-driver=local", "busybox", "sh", "-c", writes());
    remote =
        run(
            "--log-driver=syslog",
            "--log-opt=syslog-address=tcp://127.0.0.1:" + server.port(),
            "busybox",
            "sh",
            "-c",
            writes());
    retries = run("--restart=on-failure:" + RETRIES, "busybox", "sh", "-c", "echo start; exit 3");
    restarts = count(retries);
  }

  private String writes() {
    return "i=0; while [ $i -lt "
        + LINES
        + " ]; do echo "
        + mark
        + "-$i; i=$((i+1)); sleep 0.03; done";
  }

  private List<String> written() {
    return IntStream.range(0, LINES).mapToObj(i -> mark + "-" + i).toList();
  }

  /** After the restart. */
  void verify() {
    health();
    execs();
    restarts();
    logs();
    volumes();
  }

  private void health() {
    // The state of the former daemon, no beginning anew.
    assertThat(daemon.inspect(healthy, "{{.State.Health.Status}}"))
        .as("%s: the health is still known", name)
        .isEqualTo("healthy");
    d("exec", healthy, "touch", "/tmp/ill");
    is(healthy, "{{.State.Health.Status}}", "unhealthy");
  }

  private void execs() {
    assertThat(execState(execEnded)).as("%s: an exec before", name).startsWith("false:3,");
    Eventually.holds(
        name + ": an exec that ended without a daemon has its code",
        LIMIT,
        () -> execState(execMeanwhile).startsWith("false:4,"));
    assertThat(execState(execLater)).as("%s: an exec runs on", name).startsWith("true:");
    d("exec", box, "touch", "/tmp/go");
    Eventually.holds(
        name + ": an exec ends under the next daemon",
        LIMIT,
        () -> execState(execLater).startsWith("false:5,"));
  }

  private void restarts() {
    assertThat(count(retries))
        .as("%s: restarts are not forgotten", name)
        .isGreaterThanOrEqualTo(restarts);
    is(retries, "{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}", "exited 3 " + RETRIES);
    // One that was begun when the daemon died may be begun once more: it was never seen to run.
    assertThat(d("logs", retries).lines().filter("start"::equals).count())
        .as("%s: starts of a container with %d restarts", name, RETRIES)
        .isBetween(RETRIES + 1L, RETRIES + 2L);
  }

  private void logs() {
    for (String container : List.of(file, local, remote)) {
      d("wait", container);
      assertThat(daemon.docker("logs", container).ok().lines())
          .as("%s: docker logs of %s", name, daemon.inspect(container, "{{.HostConfig.LogConfig}}"))
          .isEqualTo(written());
    }
    Path path = Path.of(daemon.inspect(file, "{{.LogPath}}"));
    Eventually.value(
        name + ": the JSON file has each line once", LIMIT, () -> json(path), written()::equals);
    Eventually.value(
        name + ": the syslog server has every line",
        LIMIT,
        () -> server.complete(written()),
        number -> number == LINES);
  }

  private static List<String> json(Path file) {
    try {
      ObjectMapper mapper = new ObjectMapper();
      List<String> lines = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        lines.add(mapper.readTree(line).get("log").asText().stripTrailing());
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void volumes() {
    assertThat(users()).as("%s: users of the volume", name).isEqualTo(2);
    refusesToRemoveTheVolume();
    assertThat(daemon.docker("start", "-a", sharers.get(1)).ok().text())
        .as("%s: the volume's content", name)
        .isEqualTo("kept");
    d("rm", "-f", sharers.get(0));
    assertThat(users()).as("%s: users of the volume after one left", name).isEqualTo(1);
    refusesToRemoveTheVolume();
    d("rm", sharers.get(1));
    daemon.docker("volume", "rm", volume).ok();
  }

  private void refusesToRemoveTheVolume() {
    assertThat(daemon.docker("volume", "rm", volume).exits(1).err())
        .as("%s: removal of a volume with users", name)
        .contains("volume is in use");
  }

  private int users() {
    JsonNode df = read(daemon.http().get("/v1.45/system/df?type=volume").body());
    for (JsonNode one : df.get("Volumes")) {
      if (one.get("Name").asText().equals(volume)) {
        return one.get("UsageData").get("RefCount").asInt();
      }
    }
    throw new AssertionError(name + ": the volume " + volume + " is gone");
  }

  private String exec(String script) {
    JsonNode made =
        read(
            daemon
                .http()
                .post(
                    "/v1.45/containers/" + box + "/exec",
                    "{\"Cmd\":[\"sh\",\"-c\",\"" + script + "\"]}")
                .body());
    String id = made.get("Id").asText();
    daemon.http().post("/v1.45/exec/" + id + "/start", "{\"Detach\":true}");
    return id;
  }

  /** Whether it runs, and its exit code: {@code false:3,}. */
  private String execState(String id) {
    JsonNode state = read(daemon.http().get("/v1.45/exec/" + id + "/json").body());
    return state.get("Running").asText() + ":" + state.get("ExitCode").asText() + ",";
  }

  private static JsonNode read(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int count(String container) {
    return Integer.parseInt(daemon.inspect(container, "{{.RestartCount}}"));
  }

  private void is(String container, String format, String wanted) {
    Eventually.value(
        name + ": " + format + " is " + wanted,
        LIMIT,
        () -> daemon.inspect(container, format),
        wanted::equals);
  }

  private String run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("run", "-d"));
    all.addAll(List.of(arguments));
    return d(all.toArray(String[]::new));
  }

  private String d(String... arguments) {
    return daemon.docker(arguments).ok().text();
  }

  @Override
  public void close() {
    server.close();
  }
}
