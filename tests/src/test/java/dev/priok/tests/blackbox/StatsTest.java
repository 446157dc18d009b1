package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.priok.tests.support.DaemonUnderTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docker stats} and the call behind it. */
@BlackBox
final class StatsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static JsonNode stats(DaemonUnderTest d, String name, String query) throws IOException {
    var answer = d.http().get("/v1.45/containers/" + name + "/stats?" + query);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static String sleeper(DaemonUnderTest d, String... options) {
    String name = d.name("stats");
    List<String> command = new ArrayList<>(List.of("run", "-d", "--name", name));
    command.addAll(List.of(options));
    command.addAll(List.of("busybox", "sleep", "1000"));
    d.docker(command.toArray(String[]::new)).ok();
    return name;
  }

  @Test
  void allThatDockerTells(DaemonUnderTest d) throws IOException {
    String name = sleeper(d, "--memory", "64m", "--pids-limit", "50", "--cpus", "0.5");
    JsonNode stats = stats(d, name, "stream=0");
    assertThat(stats.path("name").asText()).isEqualTo("/" + name);
    assertThat(stats.path("id").asText()).hasSize(64);
    assertThat(stats.path("read").asText()).isGreaterThan(stats.path("preread").asText());
    assertThat(stats.at("/pids_stats/current").asInt()).isEqualTo(1);
    assertThat(stats.at("/pids_stats/limit").asInt()).isEqualTo(50);
    assertThat(stats.at("/memory_stats/limit").asLong()).isEqualTo(64L << 20);
    assertThat(stats.at("/memory_stats/usage").asLong()).isPositive();
    assertThat(stats.at("/memory_stats/stats/inactive_file").isNumber()).isTrue();
    assertThat(stats.at("/cpu_stats/cpu_usage/total_usage").asLong()).isPositive();
    assertThat(stats.at("/cpu_stats/online_cpus").asInt()).isPositive();
    assertThat(stats.at("/cpu_stats/system_cpu_usage").asLong())
        .isGreaterThan(stats.at("/precpu_stats/system_cpu_usage").asLong());
    assertThat(stats.at("/precpu_stats/system_cpu_usage").asLong()).isPositive();
    for (String member : List.of("periods", "throttled_periods", "throttled_time")) {
      assertThat(stats.at("/cpu_stats/throttling_data/" + member).isNumber()).as(member).isTrue();
    }
    for (String member :
        List.of("io_service_bytes_recursive", "io_merged_recursive", "sectors_recursive")) {
      assertThat(stats.path("blkio_stats").has(member)).as(member).isTrue();
    }
    for (String member :
        List.of("rx_bytes", "rx_packets", "rx_errors", "rx_dropped", "tx_bytes", "tx_dropped")) {
      assertThat(stats.at("/networks/eth0/" + member).isNumber()).as(member).isTrue();
    }
    assertThat(stats.path("num_procs").asInt(-1)).isZero();
    assertThat(stats.path("storage_stats").isObject()).isTrue();
  }

  @Test
  void eachInterfaceAndNoneWithoutANetwork(DaemonUnderTest d) throws IOException {
    String network = d.name("net");
    d.docker("network", "create", network).ok();
    String two = sleeper(d);
    d.docker("network", "connect", network, two).ok();
    assertThat(stats(d, two, "stream=0").path("networks").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("eth0", "eth1");
    assertThat(stats(d, sleeper(d, "--network", "none"), "stream=0").has("networks")).isFalse();
    assertThat(stats(d, sleeper(d, "--network", "host"), "stream=0").has("networks")).isFalse();
  }

  @Test
  void oneShotHasNoPast(DaemonUnderTest d) throws IOException {
    JsonNode stats = stats(d, sleeper(d), "stream=0&one-shot=1");
    assertThat(stats.path("preread").asText()).isEqualTo("0001-01-01T00:00:00Z");
    assertThat(stats.at("/precpu_stats/cpu_usage/total_usage").asLong()).isZero();
    assertThat(stats.path("precpu_stats").has("system_cpu_usage")).isFalse();
    assertThat(stats.at("/cpu_stats/system_cpu_usage").asLong()).isPositive();
  }

  @Test
  void whatDoesNotRunIsEmpty(DaemonUnderTest d) throws IOException {
    String name = d.name("stopped");
    d.docker("create", "--name", name, "busybox", "true").ok();
    JsonNode stats = stats(d, name, "stream=0");
    assertThat(stats.path("read").asText()).isEqualTo("0001-01-01T00:00:00Z");
    assertThat(stats.path("name").asText()).isEqualTo("/" + name);
    assertThat(stats.path("memory_stats").isEmpty()).isTrue();
    assertThat(stats.path("pids_stats").isEmpty()).isTrue();
    assertThat(stats.at("/blkio_stats/io_time_recursive").isNull()).isTrue();
    assertThat(stats.at("/cpu_stats/cpu_usage/total_usage").asLong(-1)).isZero();
    assertThat(stats.has("networks")).isFalse();
    assertThat(d.docker("stats", "--no-stream", name).ok().out()).contains("0B / 0B");
  }

  @Test
  void refusals(DaemonUnderTest d) {
    String name = sleeper(d);
    var both = d.http().get("/v1.45/containers/" + name + "/stats?stream=1&one-shot=1");
    assertThat(both.status()).isEqualTo(400);
    assertThat(both.body()).contains("cannot have stream=true and one-shot=true");
    assertThat(d.http().get("/v1.45/containers/nosuch/stats?stream=0").status()).isEqualTo(404);
    assertThat(d.docker("stats", "--no-stream", "nosuch").exits(1).err())
        .contains("No such container: nosuch");
  }

  @Test
  void aStreamHasOneAnswerASecond(DaemonUnderTest d) throws Exception {
    String name = sleeper(d);
    List<String> command =
        List.of("docker", "stats", "--format", "{{.Name}} {{.CPUPerc}} {{.PIDs}}", name);
    Process process = d.shell().start(command);
    try (var lines = process.inputReader()) {
      int seen = 0;
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      for (String line = lines.readLine();
          line != null && System.nanoTime() < end;
          line = lines.readLine()) {
        if (line.contains(name) && line.matches(".*\\d+\\.\\d+% 1.*") && ++seen == 3) {
          break;
        }
      }
      assertThat(seen).isEqualTo(3);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** The sampler's promise; Docker takes a second or two. */
  @Test
  void answersComeAtOnceAndTellOfBusyContainers(DaemonUnderTest d) throws Exception {
    String busy = d.name("busy");
    d.docker("run", "-d", "--name", busy, "busybox", "sh", "-c", "while :; do :; done").ok();
    Thread.sleep(700);
    stats(d, busy, "stream=0");
    long start = System.nanoTime();
    JsonNode stats = stats(d, busy, "stream=0");
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    long used =
        stats.at("/cpu_stats/cpu_usage/total_usage").asLong()
            - stats.at("/precpu_stats/cpu_usage/total_usage").asLong();
    assertThat(used).isGreaterThan(10_000_000);
    if (!DaemonUnderTest.isPeer()) {
      assertThat(took).isLessThan(Duration.ofMillis(500));
    }
  }
}
