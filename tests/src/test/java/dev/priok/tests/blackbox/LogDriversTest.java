package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where output goes besides {@code docker logs}, with which options. */
@BlackBox
final class LogDriversTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static List<JsonNode> json(Path file) {
    List<JsonNode> lines = new ArrayList<>();
    try {
      for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
        lines.add(JSON.readTree(line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }

  /** What cAdvisor, promtail and fluent-bit read. */
  @Test
  void jsonFileIsWhereNodeAgentsLook(DaemonUnderTest d) {
    String name = d.name("json");
    d.docker(
            "run",
            "--name",
            name,
            "-e",
            "COLOR=red",
            "--label",
            "team=blue",
            "--log-opt",
            "env=COLOR",
            "--log-opt",
            "labels=team",
            "--log-opt",
            "tag={{.Name}}",
            "busybox",
            "sh",
            "-c",
            "echo \"<one>\"; echo two >&2; head -c 20000 /dev/zero | tr '\\0' x; echo; printf end")
        .ok();
    String id = d.inspect(name, "{{.Id}}");
    Path path = Path.of(d.inspect(name, "{{.LogPath}}"));
    assertThat(path.toString()).endsWith("/containers/" + id + "/" + id + "-json.log");
    List<JsonNode> lines =
        Eventually.value(
            "the file is complete", Duration.ofSeconds(5), () -> json(path), l -> l.size() == 5);
    // Of two streams the order is not certain.
    List<String> output =
        lines.stream()
            .filter(l -> l.get("stream").asText().equals("stdout"))
            .map(l -> l.get("log").asText())
            .toList();
    assertThat(output)
        .containsExactly("<one>\n", "x".repeat(16_384), "x".repeat(3_616) + "\n", "end");
    JsonNode error =
        lines.stream().filter(l -> l.get("stream").asText().equals("stderr")).findFirst().get();
    assertThat(error.get("log").asText()).isEqualTo("two\n");
    assertThat(error.get("time").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{1,9}Z");
    assertThat(error.get("attrs").toString())
        .isEqualTo("{\"COLOR\":\"red\",\"tag\":\"" + name + "\",\"team\":\"blue\"}");
    assertThat(d.docker("logs", "--details", name).ok().err())
        .isEqualTo("COLOR=red,tag=" + name + ",team=blue two\n");
    assertThat(d.docker("logs", "-t", "--details", name).ok().err())
        .matches("\\S{30} COLOR=red,tag=" + name + ",team=blue two\n");
  }

  @Test
  void rotatedAndCompressedFilesAreStillRead(DaemonUnderTest d) {
    String name = d.name("rotated");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "--log-opt",
            "max-size=20k",
            "--log-opt",
            "max-file=100",
            "--log-opt",
            "compress=true",
            "busybox",
            "sh",
            "-c",
            "for r in 1 2 3 4 5 6 7 8 9 10; do for i in 0 1 2 3 4 5 6 7 8 9; do seq $r$i 1 $r$i;"
                + " seq 100; done; sleep 0.1; done")
        .ok();
    List<String> followed = d.docker("logs", "-f", name).ok().lines();
    assertThat(followed).hasSize(10_100);
    List<String> whole = d.docker("logs", name).ok().lines();
    assertThat(whole).isEqualTo(followed);
    assertThat(d.docker("logs", "--tail", "5000", name).ok().lines())
        .isEqualTo(whole.subList(5_100, 10_100));
    String id = d.inspect(name, "{{.Id}}");
    Path path = Path.of(d.inspect(name, "{{.LogPath}}"));
    Eventually.holds(
        "rotated files are compressed",
        Duration.ofSeconds(10),
        () -> Files.exists(path.resolveSibling(id + "-json.log.5.gz")));
  }

  @Test
  void syslogAndTheCacheThatIsReadBehindIt(DaemonUnderTest d) {
    String name = d.name("syslog");
    String receiver = d.name("receiver");
    int port = 20_000 + Math.floorMod(name.hashCode(), 10_000);
    d.docker(
            "run",
            "-d",
            "--name",
            receiver,
            "--network",
            "host",
            "busybox",
            "nc",
            "-l",
            "-p",
            Integer.toString(port))
        .ok();
    String address = "syslog-address=tcp://127.0.0.1:" + port;
    Eventually.holds(
        "the receiver listens",
        Duration.ofSeconds(10),
        () -> d.docker("exec", receiver, "netstat", "-ltn").out().contains(":" + port + " "));
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "--log-driver",
            "syslog",
            "--log-opt",
            address,
            "--log-opt",
            "syslog-format=rfc5424micro",
            "--log-opt",
            "syslog-facility=local3",
            "--log-opt",
            "tag={{.ImageName}}/{{.Name}}",
            "busybox",
            "sh",
            "-c",
            "echo out; sleep 0.3; echo err >&2; sleep 1000")
        .ok();
    assertThat(d.inspect(name, "{{.LogPath}}")).isEmpty();
    assertThat(d.inspect(name, "{{.HostConfig.LogConfig.Type}}")).isEqualTo("syslog");
    List<String> received =
        Eventually.value(
            "the server got both",
            Duration.ofSeconds(5),
            () -> d.docker("logs", receiver).ok().lines(),
            l -> l.size() == 2);
    String tag = "busybox/" + name;
    String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}(Z|[+-]\\d\\d:\\d\\d)";
    assertThat(received.get(0))
        .matches("<158>1 " + time + " \\S+ " + tag + " \\d+ " + tag + " - out");
    assertThat(received.get(1))
        .matches("<155>1 " + time + " \\S+ " + tag + " \\d+ " + tag + " - err");
    Outcome logs = d.docker("logs", name).ok();
    assertThat(logs.out()).isEqualTo("out\n");
    assertThat(logs.err()).isEqualTo("err\n");
  }

  @Test
  void withoutACacheThereIsNothingToRead(DaemonUnderTest d) {
    String name = d.name("uncached");
    d.docker(
            "run",
            "--name",
            name,
            "--log-driver",
            "syslog",
            "--log-opt",
            "syslog-address=udp://127.0.0.1:9",
            "--log-opt",
            "cache-disabled=true",
            "busybox",
            "echo",
            "x")
        .ok();
    assertThat(d.docker("logs", name).exits(1).err())
        .contains("configured logging driver does not support reading");
    String none = d.name("none");
    d.docker("run", "--name", none, "--log-driver", "none", "busybox", "echo", "x").ok();
    assertThat(d.docker("logs", none).exits(1).err())
        .contains("configured logging driver does not support reading");
  }

  @Test
  void aServerThatDoesNotAnswerKeepsTheContainerFromStarting(DaemonUnderTest d) {
    String name = d.name("refused");
    Outcome run =
        d.docker(
                "run",
                "--name",
                name,
                "--log-driver",
                "syslog",
                "--log-opt",
                "syslog-address=tcp://127.0.0.1:1",
                "busybox",
                "true")
            .exits(125);
    assertThat(run.err())
        .contains(
            "failed to create task for container: failed to initialize logging driver: dial tcp"
                + " 127.0.0.1:1: connect: connection refused");
    assertThat(d.inspect(name, "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("created 128");
    d.docker(
            "run",
            "--name",
            d.name("later"),
            "--log-driver",
            "fluentd",
            "--log-opt",
            "fluentd-address=127.0.0.1:1",
            "--log-opt",
            "fluentd-async=true",
            "busybox",
            "true")
        .ok();
  }

  @Test
  void optionsAreRefusedInDockersWords(DaemonUnderTest d) {
    refused(d, "unknown log opt 'foo' for json-file log driver", "json-file", "foo=bar");
    refused(d, "unknown log opt 'foo' for log driver local", "local", "foo=bar");
    refused(d, "unknown log opt 'foo' for syslog log driver", "syslog", "foo=bar");
    refused(d, "invalid syslog facility", "syslog", "syslog-facility=x");
    refused(d, "gelf-address is a required parameter", "gelf", "gelf-compression-type=gzip");
    refused(d, "logger: logging mode not supported: x", "json-file", "mode=x");
    refused(
        d,
        "logger: max-buffer-size option is only supported with 'mode=non-blocking'",
        "json-file",
        "max-buffer-size=1m");
    refused(d, "invalid size: 'abc'", "json-file", "max-size=abc");
    refused(d, "can't evaluate field", "json-file", "tag={{.Foo}}");
    refused(d, "error looking up logging plugin paper: plugin \"paper\" not found", "paper", "a=b");
  }

  private static void refused(DaemonUnderTest d, String sentence, String driver, String option) {
    assertThat(
            d.docker("run", "--rm", "--log-driver", driver, "--log-opt", option, "busybox", "true")
                .exits(125)
                .err())
        .contains(sentence);
  }

  @Test
  void infoListsThem(DaemonUnderTest d) {
    assertThat(d.docker("info", "-f", "{{.LoggingDriver}}").ok().text()).isEqualTo("json-file");
    assertThat(d.docker("info", "-f", "{{json .Plugins.Log}}").ok().text())
        .contains("\"fluentd\"", "\"gelf\"", "\"journald\"", "\"json-file\"", "\"local\"")
        .contains("\"syslog\"")
        .doesNotContain("\"none\"");
  }

  @Test
  void localKeepsNoFileForOthers(DaemonUnderTest d) {
    String name = d.name("local");
    d.docker(
            "run",
            "--name",
            name,
            "--log-driver",
            "local",
            "--log-opt",
            "max-size=10k",
            "--log-opt",
            "max-file=3",
            "busybox",
            "seq",
            "1",
            "20")
        .ok();
    assertThat(d.inspect(name, "{{.LogPath}}")).isEmpty();
    assertThat(d.docker("logs", name).ok().lines())
        .isEqualTo(IntStream.rangeClosed(1, 20).mapToObj(Integer::toString).toList());
  }
}
