package dev.priok.engine.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.kernel.cgroup.CgroupStats;
import dev.priok.model.api.Json;
import dev.priok.model.api.stats.ContainerStatsResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The shapes that Docker gives on both generations of control groups. */
final class StatsViewTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private final StatsView view = new StatsView(1000);

  private static Measured measured(int version) {
    CgroupStats.Cpu cpu =
        new CgroupStats.Cpu(50, 20, 30, version == 1 ? List.of(25L, 25L) : List.of(), 4, 2, 9);
    CgroupStats stats =
        new CgroupStats(
            cpu,
            new CgroupStats.Memory(
                500,
                700,
                0,
                CgroupStats.Memory.UNLIMITED,
                0,
                version == 1
                    ? Map.of("cache", 5L, "total_cache", 6L, "shmem", 7L)
                    : Map.of("anon", 5L, "percpu", 6L)),
            new CgroupStats.Pids(3, 0),
            version == 1 ? List.of() : List.of(new CgroupStats.Io(8, 0, "read", 11)),
            List.of());
    return new Measured(
        new CpuReading(NOW.minusSeconds(1), CgroupStats.Cpu.NONE, new SystemCpu.Times(1, 2)),
        new CpuReading(NOW, cpu, new SystemCpu.Times(100, 2)),
        stats,
        new Measured.Generation(version, version),
        Map.of("eth0", new InterfaceCounters(1, 2, 3, 4, 5, 6, 7, 8)));
  }

  private static JsonNode json(ContainerStatsResponse response) {
    return Json.mapper().valueToTree(response);
  }

  @Test
  void versionOne() {
    JsonNode json = json(view.running("c", "id", measured(1), true));
    assertThat(json.at("/memory_stats/stats/total_cache").asLong()).isEqualTo(6);
    assertThat(json.at("/memory_stats/stats").has("shmem")).isFalse();
    assertThat(json.at("/memory_stats/stats")).hasSize(32);
    assertThat(json.at("/memory_stats/max_usage").asLong()).isEqualTo(700);
    assertThat(json.at("/memory_stats/limit").asLong()).isEqualTo(1000);
    assertThat(json.at("/memory_stats").has("failcnt")).isFalse();
    assertThat(json.at("/cpu_stats/cpu_usage/percpu_usage")).hasSize(2);
    assertThat(json.at("/blkio_stats/sectors_recursive").isArray()).isTrue();
    assertThat(json.at("/pids_stats").toString()).isEqualTo("{\"current\":3}");
    assertThat(json.at("/preread").asText()).isEqualTo("2026-01-02T03:04:04Z");
    assertThat(json.at("/networks/eth0/tx_dropped").asLong()).isEqualTo(8);
  }

  @Test
  void versionTwo() {
    JsonNode json = json(view.running("c", "id", measured(2), false));
    assertThat(json.at("/memory_stats/stats/anon").asLong()).isEqualTo(5);
    assertThat(json.at("/memory_stats/stats/slab").asLong()).isZero();
    assertThat(json.at("/memory_stats/stats")).hasSize(31);
    assertThat(json.at("/memory_stats").has("max_usage")).isFalse();
    assertThat(json.at("/cpu_stats/cpu_usage").has("percpu_usage")).isFalse();
    assertThat(json.at("/blkio_stats/io_service_bytes_recursive/0/op").asText()).isEqualTo("read");
    assertThat(json.at("/blkio_stats/io_serviced_recursive").isNull()).isTrue();
    assertThat(json.at("/preread").asText()).isEqualTo("0001-01-01T00:00:00Z");
    assertThat(json.at("/precpu_stats/cpu_usage/total_usage").asLong()).isZero();
    assertThat(json.at("/precpu_stats").has("system_cpu_usage")).isFalse();
  }

  @Test
  void stopped() {
    JsonNode json = json(view.stopped("c", "id"));
    assertThat(json.at("/name").asText()).isEqualTo("/c");
    assertThat(json.at("/read").asText()).isEqualTo("0001-01-01T00:00:00Z");
    assertThat(json.at("/memory_stats").isEmpty()).isTrue();
    assertThat(json.at("/pids_stats").isEmpty()).isTrue();
    assertThat(json.at("/blkio_stats/io_time_recursive").isNull()).isTrue();
    assertThat(json.has("networks")).isFalse();
    assertThat(json.at("/cpu_stats/throttling_data/periods").asLong()).isZero();
  }
}
