package dev.priok.engine.containers.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.priok.engine.containers.spec.HostFacts.Controllers;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.api.container.ThrottleDevice;
import dev.priok.model.api.container.WeightDevice;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Limits on a host with cgroup v2 alone: what the runtime is told (it translates to the files of
 * that version), and what is refused because that version cannot. tests/vm/core.sh shows on a
 * kernel that they bite.
 */
final class LimitsOfVersion2Test {
  private static final Controllers ALL_OF_VERSION_2 =
      new Controllers(true, true, false, false, true, true, false, true, true, true, true, false);

  private final HostFacts host;

  LimitsOfVersion2Test() throws IOException {
    host =
        HostFactsBuilder.builder(new ProbeHost().probe())
            .cgroupVersion(2)
            .controllers(ALL_OF_VERSION_2)
            .cpus(4)
            .onlineCpus("0-3")
            .onlineMemoryNodes("0")
            .build();
  }

  private JsonNode written(HostConfigBuilder config) throws IOException {
    HostConfig asked = config.build();
    assertThat(new ValidateResources(host).validate(asked, false)).isEmpty();
    byte[] json = new BuildSpec(host, ContainerDefaults.of("runc")).resources(asked);
    return new JsonMapper().readTree(json);
  }

  private void refused(HostConfigBuilder config, String sentence) {
    assertThatThrownBy(() -> new ValidateResources(host).validate(config.build(), false))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void memory() throws IOException {
    JsonNode memory =
        written(
                HostConfigBuilder.builder()
                    .memory(64L << 20)
                    .memorySwap(96L << 20)
                    .memoryReservation(32L << 20))
            .at("/memory");
    assertThat(memory.toString())
        .isEqualTo("{\"limit\":67108864,\"reservation\":33554432,\"swap\":100663296}");
    // Twice the memory where nobody speaks of swap; no end of it for -1.
    assertThat(written(HostConfigBuilder.builder().memory(64L << 20)).at("/memory/swap").asLong())
        .isEqualTo(128L << 20);
    assertThat(
            written(HostConfigBuilder.builder().memory(64L << 20).memorySwap(-1L))
                .at("/memory/swap")
                .asLong())
        .isEqualTo(-1);
  }

  @Test
  void processors() throws IOException {
    JsonNode resources =
        written(
            HostConfigBuilder.builder()
                .cpuShares(300L)
                .cpuQuota(20_000L)
                .cpuPeriod(50_000L)
                .cpusetCpus("0,2-3")
                .cpusetMems("0")
                .pidsLimit(9L));
    assertThat(resources.at("/cpu").toString())
        .isEqualTo(
            "{\"shares\":300,\"quota\":20000,\"period\":50000,\"cpus\":\"0,2-3\",\"mems\":\"0\"}");
    assertThat(resources.at("/pids/limit").asLong()).isEqualTo(9);
    assertThat(written(HostConfigBuilder.builder().nanoCpus(250_000_000L)).at("/cpu").toString())
        .isEqualTo("{\"quota\":25000,\"period\":100000}");
    assertThat(written(HostConfigBuilder.builder().pidsLimit(-1L)).at("/pids/limit").asLong())
        .isEqualTo(-1);
  }

  @Test
  void blockDevices() throws IOException {
    List<ThrottleDevice> rate = List.of(new ThrottleDevice("/dev/null", 77L));
    JsonNode block =
        written(
                HostConfigBuilder.builder()
                    .blkioWeight(300L)
                    .blkioWeightDevice(List.of(new WeightDevice("/dev/null", 400)))
                    .blkioDeviceReadBps(rate)
                    .blkioDeviceWriteBps(rate)
                    .blkioDeviceReadIOps(rate)
                    .blkioDeviceWriteIOps(rate))
            .at("/blockIO");
    assertThat(block.at("/weight").asLong()).isEqualTo(300);
    assertThat(block.at("/weightDevice/0").toString())
        .isEqualTo("{\"major\":1,\"minor\":3,\"weight\":400}");
    for (String kind : List.of("ReadBps", "WriteBps", "ReadIOPS", "WriteIOPS")) {
      assertThat(block.at("/throttle" + kind + "Device/0").toString())
          .isEqualTo("{\"major\":1,\"minor\":3,\"rate\":77}");
    }
    refused(
        HostConfigBuilder.builder().blkioWeight(9L), "Range of blkio weight is from 10 to 1000");
    refused(
        HostConfigBuilder.builder()
            .blkioDeviceReadBps(List.of(new ThrottleDevice("/dev/null", -1L))),
        "invalid rate -1 for device /dev/null");
    refused(
        HostConfigBuilder.builder().blkioDeviceReadBps(List.of(new ThrottleDevice("", 1L))),
        "needs the path of a device");
  }

  @Test
  void whatVersion2DoesNotHave() {
    refused(HostConfigBuilder.builder().memorySwappiness(7L), "does not support memory swappiness");
    refused(HostConfigBuilder.builder().oomKillDisable(true), "does not support OomKillDisable");
    refused(
        HostConfigBuilder.builder().kernelMemoryTCP(33_554_432L),
        "does not support kernel TCP memory limit");
  }

  @Test
  void realtime() throws IOException {
    refused(
        HostConfigBuilder.builder().cpuRealtimeRuntime(1000L),
        "kernel does not support CPU real-time scheduler");
    HostFacts legacy =
        HostFactsBuilder.builder(host)
            .cgroupVersion(1)
            .controllers(
                new Controllers(
                    true, true, true, true, true, true, true, true, true, true, true, true))
            .build();
    HostConfig asked =
        HostConfigBuilder.builder().cpuRealtimeRuntime(900L).cpuRealtimePeriod(1000L).build();
    assertThat(new ValidateResources(legacy).validate(asked, false)).isEmpty();
    byte[] json = new BuildSpec(legacy, ContainerDefaults.of("runc")).resources(asked);
    assertThat(new JsonMapper().readTree(json).at("/cpu").toString())
        .isEqualTo("{\"realtimeRuntime\":900,\"realtimePeriod\":1000}");
  }
}
