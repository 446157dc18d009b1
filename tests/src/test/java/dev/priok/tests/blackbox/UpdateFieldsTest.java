package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.RawHttp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docker update: each field, on a container that runs. */
@BlackBox
final class UpdateFieldsTest {
  private static String running(DaemonUnderTest d, String... options) {
    String[] command = new String[options.length + 5];
    command[0] = "run";
    command[1] = "-d";
    System.arraycopy(options, 0, command, 2, options.length);
    command[options.length + 2] = "busybox";
    command[options.length + 3] = "sleep";
    command[options.length + 4] = "60";
    return d.docker(command).ok().text();
  }

  private static RawHttp.Answer update(DaemonUnderTest d, String id, String body) {
    return d.http().post("/v1.45/containers/" + id + "/update", body);
  }

  private static String inside(DaemonUnderTest d, String id, String file) {
    return d.docker("exec", id, "cat", "/sys/fs/cgroup/" + file).ok().text();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"Memory\":33554432,\"MemorySwap\":67108864}|memory/memory.limit_in_bytes|33554432",
        "{\"Memory\":33554432,\"MemorySwap\":67108864}|memory/memory.memsw.limit_in_bytes|67108864",
        "{\"MemoryReservation\":16777216}|memory/memory.soft_limit_in_bytes|16777216",
        "{\"CpuShares\":300}|cpu/cpu.shares|300",
        "{\"CpuQuota\":30000,\"CpuPeriod\":60000}|cpu/cpu.cfs_quota_us|30000",
        "{\"CpuQuota\":30000,\"CpuPeriod\":60000}|cpu/cpu.cfs_period_us|60000",
        "{\"NanoCpus\":500000000}|cpu/cpu.cfs_quota_us|50000",
        "{\"CpusetCpus\":\"0\"}|cpuset/cpuset.cpus|0",
        "{\"CpusetMems\":\"0\"}|cpuset/cpuset.mems|0",
        "{\"PidsLimit\":55}|pids/pids.max|55",
      })
  void limitsHoldAtOnce(String body, String file, String value, DaemonUnderTest d) {
    String id = running(d);
    RawHttp.Answer answer = update(d, id, body);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(inside(d, id, file)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"Memory\":5}|400|Minimum memory limit allowed is 6MB",
        "{\"CpuQuota\":1}|400|CPU cfs quota can not be less than 1ms (i.e. 1000)",
        "{\"CpusetCpus\":\"99\"}|400|Requested CPUs are not available - requested 99, available:",
        "{\"NanoCpus\":1,\"CpuQuota\":5000}|400|Conflicting options: Nano CPUs and CPU Quota cannot both be set",
        "{\"RestartPolicy\":{\"Name\":\"nope\"}}|400|invalid restart policy: unknown policy 'nope'",
        "{\"RestartPolicy\":{\"Name\":\"always\",\"MaximumRetryCount\":5}}|400|invalid restart policy: maximum retry count can only be used with 'on-failure'",
        "{\"Memory\":\"1\"}|400|invalid JSON:",
      })
  void impossibleValues(String body, int status, String sentence, DaemonUnderTest d) {
    String id = running(d);
    RawHttp.Answer answer = update(d, id, body);
    assertThat(answer.status()).as("%s", answer).isEqualTo(status);
    assertThat(Requests.message(answer)).startsWith(sentence);
  }

  @Test
  void conflictsWithWhatIsSet(DaemonUnderTest d) {
    String quota = running(d, "--cpu-quota", "50000");
    RawHttp.Answer nano = update(d, quota, "{\"NanoCpus\":500000000}");
    assertThat(nano.status()).isEqualTo(409);
    assertThat(Requests.message(nano))
        .isEqualTo(
            "Cannot update container %s: Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set"
                .formatted(quota));
    String memory = running(d, "-m", "32m", "--memory-swap", "32m");
    RawHttp.Answer more = update(d, memory, "{\"Memory\":67108864}");
    assertThat(more.status()).isEqualTo(409);
    assertThat(Requests.message(more))
        .isEqualTo(
            "Cannot update container %s: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time"
                .formatted(memory));
  }

  @Test
  void restartPolicy(DaemonUnderTest d) {
    String id = running(d);
    assertThat(
            update(d, id, "{\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":4}}")
                .status())
        .isEqualTo(200);
    assertThat(
            d.inspect(
                id,
                "{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}"))
        .isEqualTo("on-failure 4");
    String gone = running(d, "--rm");
    assertThat(Requests.message(update(d, gone, "{\"RestartPolicy\":{\"Name\":\"always\"}}")))
        .contains(
            "Restart policy cannot be updated because AutoRemove is enabled for the container");
  }

  /** Docker reads these and drops them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"CgroupParent\":\"/x\"}|CgroupParent",
        "{\"Devices\":[{\"PathOnHost\":\"/dev/null\",\"PathInContainer\":\"/x\",\"CgroupPermissions\":\"r\"}]}|Devices",
        "{\"DeviceCgroupRules\":[\"c 1:3 r\"]}|DeviceCgroupRules",
        "{\"DeviceRequests\":[{\"Driver\":\"x\"}]}|DeviceRequests",
        "{\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":1,\"Hard\":1}]}|Ulimits",
        "{\"Init\":true}|Init",
        "{\"OomKillDisable\":true}|OomKillDisable",
        "{\"KernelMemoryTCP\":33554432}|KernelMemoryTCP",
        "{\"MemorySwappiness\":7}|MemorySwappiness",
        "{\"BlkioWeightDevice\":[{\"Path\":\"/dev/null\",\"Weight\":300}]}|BlkioWeightDevice",
        "{\"BlkioDeviceReadBps\":[{\"Path\":\"/dev/null\",\"Rate\":300}]}|BlkioDeviceReadBps",
        "{\"BlkioDeviceWriteBps\":[{\"Path\":\"/dev/null\",\"Rate\":300}]}|BlkioDeviceWriteBps",
        "{\"BlkioDeviceReadIOps\":[{\"Path\":\"/dev/null\",\"Rate\":300}]}|BlkioDeviceReadIOps",
        "{\"BlkioDeviceWriteIOps\":[{\"Path\":\"/dev/null\",\"Rate\":300}]}|BlkioDeviceWriteIOps",
        "{\"CpuCount\":1}|CpuCount",
        "{\"CpuPercent\":1}|CpuPercent",
        "{\"IOMaximumIOps\":1}|IOMaximumIOps",
        "{\"IOMaximumBandwidth\":1}|IOMaximumBandwidth",
      })
  @DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "dropped there")
  void whatCannotBeChangedIsRefused(String body, String field, DaemonUnderTest d) {
    String id = running(d);
    RawHttp.Answer answer = update(d, id, body);
    assertThat(answer.status()).isEqualTo(501);
    assertThat(Requests.message(answer))
        .isEqualTo(field + " cannot be changed for a container that exists; create another one");
  }

  /** Docker answers that the weight is discarded; with the kernel's support it holds at once. */
  @Test
  @DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "dropped there")
  void weightOfBlockInputAndOutput(DaemonUnderTest d) {
    String id = running(d);
    RawHttp.Answer answer = update(d, id, "{\"BlkioWeight\":300}");
    if (answer.status() == 200) {
      assertThat(inside(d, id, "blkio/blkio.bfq.weight")).isEqualTo("300");
    } else {
      assertThat(Requests.message(answer))
          .isEqualTo("Your kernel does not support Block I/O weight or the cgroup is not mounted");
    }
    assertThat(Requests.message(update(d, id, "{\"BlkioWeight\":5}")))
        .isEqualTo("Range of blkio weight is from 10 to 1000");
  }

  @Test
  void realtime(DaemonUnderTest d) {
    String id = running(d);
    RawHttp.Answer answer =
        update(d, id, "{\"CpuRealtimeRuntime\":2000,\"CpuRealtimePeriod\":1000}");
    assertThat(answer.status()).isGreaterThanOrEqualTo(400);
  }
}
