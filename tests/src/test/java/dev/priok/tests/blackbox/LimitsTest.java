package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import org.junit.jupiter.api.Test;

/** Limits that bite, not only limits that are written down. */
@BlackBox
final class LimitsTest {
  @Test
  void memory(DaemonUnderTest d) {
    String name = d.name("memory");
    d.docker(
            "run",
            "--name",
            name,
            "-m",
            "16m",
            "--memory-swap",
            "16m",
            "busybox",
            "sh",
            "-c",
            "x=$(head -c 64000000 /dev/zero | tr '\\0' x); echo survived")
        .exits(137);
    assertThat(d.inspect(name, "{{.State.OOMKilled}} {{.HostConfig.Memory}}"))
        .isEqualTo("true 16777216");
  }

  @Test
  void processes(DaemonUnderTest d) {
    Outcome run =
        d.docker(
            "run",
            "--rm",
            "--pids-limit",
            "8",
            "busybox",
            "sh",
            "-c",
            "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 5 & done; echo all");
    assertThat(run.err()).contains("fork");
  }

  @Test
  void cpu(DaemonUnderTest d) {
    // A tenth of a processor: a busy second takes at most a good tenth of a second of processor
    // time.
    Outcome run =
        d.docker(
            "run",
            "--rm",
            "--cpus",
            "0.1",
            "busybox",
            "sh",
            "-c",
            "timeout 2 sh -c 'while :; do :; done'; cut -d' ' -f16,17 /proc/1/stat");
    int ticks = 0;
    for (String part : run.ok().text().split(" ", -1)) {
      ticks += Integer.parseInt(part);
    }
    assertThat(ticks).as("ticks of 10 ms in two seconds").isBetween(5, 60);
  }

  @Test
  void updateAtRunTime(DaemonUnderTest d) {
    String name = d.name("update");
    d.docker("run", "-d", "--name", name, "-m", "64m", "busybox", "sleep", "60").ok();
    d.docker("update", "-m", "32m", "--memory-swap", "32m", name).ok();
    assertThat(d.inspect(name, "{{.HostConfig.Memory}}")).isEqualTo("33554432");
    d.docker("exec", name, "sh", "-c", "x=$(head -c 90000000 /dev/zero | tr '\\0' x)").exits(137);
  }

  @Test
  void impossibleLimitsAreRefused(DaemonUnderTest d) {
    assertThat(d.docker("run", "--rm", "-m", "1m", "busybox", "true").exits(125).err())
        .contains("Minimum memory limit allowed is 6MB");
    assertThat(
            d.docker("run", "--rm", "-m", "64m", "--memory-swap", "32m", "busybox", "true")
                .exits(125)
                .err())
        .contains("Minimum memoryswap limit should be larger than memory limit");
    assertThat(d.docker("run", "--rm", "--cpus", "1000", "busybox", "true").exits(125).err())
        .containsIgnoringCase("range of CPUs is from 0.01 to");
    assertThat(d.docker("run", "--rm", "--cpuset-cpus", "900", "busybox", "true").exits(125).err())
        .contains("Requested CPUs are not available");
  }

  @Test
  void anUpdateIsSeenInside(DaemonUnderTest d) {
    String name = d.name("updated");
    d.docker("run", "-d", "--name", name, "-m", "64m", "busybox", "sleep", "1000").ok();
    assertThat(
            d.docker(
                    "update",
                    "--memory",
                    "32m",
                    "--memory-swap",
                    "48m",
                    "--memory-reservation",
                    "16m",
                    "--cpu-shares",
                    "512",
                    "--cpu-quota",
                    "25000",
                    "--cpuset-cpus",
                    "0",
                    "--pids-limit",
                    "20",
                    name)
                .ok()
                .text())
        .isEqualTo(name);
    assertThat(
            d.inspect(
                name,
                "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.MemoryReservation}}"
                    + " {{.HostConfig.CpuShares}} {{.HostConfig.CpuQuota}} {{.HostConfig.CpusetCpus}}"
                    + " {{.HostConfig.PidsLimit}}"))
        .isEqualTo("33554432 50331648 16777216 512 25000 0 20");
    Outcome inside =
        d.docker(
            "exec",
            name,
            "sh",
            "-c",
            "cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes memory.max 2>/dev/null;"
                + " cat pids/pids.max pids.max 2>/dev/null; grep Cpus_allowed_list /proc/self/status;"
                + " cat cpu/cpu.cfs_quota_us cpu.max 2>/dev/null");
    assertThat(inside.out()).contains("33554432", "20", "Cpus_allowed_list:\t0", "25000");
  }

  @Test
  void limitsOfBlockDevicesCannotBeUpdated(DaemonUnderTest d) {
    if (DaemonUnderTest.isPeer()) {
      return; // Docker takes them and does nothing.
    }
    String name = d.name("blocks");
    d.docker("create", "--name", name, "busybox").ok();
    var refused =
        d.http()
            .post(
                "/containers/" + name + "/update",
                "{\"BlkioDeviceReadIOps\":[{\"Path\":\"/dev/null\",\"Rate\":1}],\"BlkioWeightDevice\":[]}");
    assertThat(refused.status()).isEqualTo(501);
    assertThat(refused.body()).contains("BlkioDeviceReadIOps cannot be changed");
  }
}
