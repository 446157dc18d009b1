package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.DockerCommand;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Each limit of a container as its cgroup has it (version 1 here; tests/vm has version 2). */
@BlackBox
final class LimitFieldsTest {
  /** The docker command 26 takes the options and sends empty lists. */
  private static final int THROTTLES = 27;

  private static final String CPU = "cd /sys/fs/cgroup/cpu; cat ";
  private static final String MEMORY = "cd /sys/fs/cgroup/memory; cat ";
  private static final Shell HOST = new Shell(Map.of(), Duration.ofSeconds(20));

  private static String says(DaemonUnderTest d, String script, String... options) {
    String[] command = new String[options.length + 6];
    command[0] = "run";
    command[1] = "--rm";
    System.arraycopy(options, 0, command, 2, options.length);
    int at = 2 + options.length;
    command[at] = "busybox";
    command[at + 1] = "sh";
    command[at + 2] = "-c";
    command[at + 3] = script;
    return d.docker(command).ok().text().replace('\n', ' ');
  }

  @Test
  void memorySwapAndReservation(DaemonUnderTest d) {
    String files = "memory.limit_in_bytes memory.memsw.limit_in_bytes memory.soft_limit_in_bytes";
    assertThat(
            says(
                d,
                MEMORY + files,
                "-m",
                "64m",
                "--memory-swap",
                "96m",
                "--memory-reservation",
                "32m"))
        .isEqualTo("67108864 100663296 33554432");
    assertThat(says(d, MEMORY + "memory.memsw.limit_in_bytes", "-m", "64m")).isEqualTo("134217728");
    assertThat(says(d, MEMORY + "memory.memsw.limit_in_bytes", "-m", "64m", "--memory-swap", "-1"))
        .hasSizeGreaterThan(15);
  }

  @Test
  void swappiness(DaemonUnderTest d) {
    assertThat(says(d, MEMORY + "memory.swappiness", "--memory-swappiness", "7")).isEqualTo("7");
  }

  @Test
  void oomKillDisable(DaemonUnderTest d) {
    assertThat(says(d, MEMORY + "memory.oom_control", "--oom-kill-disable", "-m", "64m"))
        .contains("oom_kill_disable 1");
    assertThat(says(d, MEMORY + "memory.oom_control", "-m", "64m")).contains("oom_kill_disable 0");
  }

  /** Docker reads the field and drops it. */
  @Test
  @DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "not done there")
  @DisabledIfEnvironmentVariable(
      named = "PRIOK_TEST_RUNTIME",
      matches = "runc",
      disabledReason = "runc 1.1 does not write it")
  void kernelMemoryTcp(DaemonUnderTest d) {
    String body =
        Requests.host("{\"KernelMemoryTCP\":33554432}", MEMORY + "memory.kmem.tcp.limit_in_bytes");
    assertThat(Requests.run(d, body).ok().text()).isEqualTo("33554432");
  }

  @Test
  void cpuSharesQuotaAndPeriod(DaemonUnderTest d) {
    assertThat(
            says(
                d,
                CPU + "cpu.shares cpu.cfs_quota_us cpu.cfs_period_us",
                "--cpu-shares",
                "300",
                "--cpu-quota",
                "20000",
                "--cpu-period",
                "50000"))
        .isEqualTo("300 20000 50000");
    assertThat(says(d, CPU + "cpu.cfs_quota_us cpu.cfs_period_us", "--cpus", "0.5"))
        .isEqualTo("50000 100000");
  }

  @Test
  void cpuset(DaemonUnderTest d) {
    assertThat(
            says(
                d,
                "grep allowed_list /proc/self/status | cut -f2",
                "--cpuset-cpus",
                "0",
                "--cpuset-mems",
                "0"))
        .isEqualTo("0 0");
  }

  @Test
  void throttleBites(DaemonUnderTest d) throws IOException {
    DockerCommand.assumeAtLeast(THROTTLES);
    Path file = d.scratch().resolve("disk");
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(8 << 20);
    }
    String loop = HOST.run("losetup", "--find", "--show", file.toString()).ok().text();
    try {
      String rate = loop + ":1mb";
      String write = "dd if=/dev/zero of=/dev/disk bs=256k count=12 oflag=direct 2>/dev/null";
      String read = "dd if=/dev/disk of=/dev/null bs=256k count=12 iflag=direct 2>/dev/null";
      String device = loop + ":/dev/disk";
      assertThat(seconds(d, write, "--device", device)).isLessThan(2);
      assertThat(seconds(d, write, "--device", device, "--device-write-bps", rate))
          .isBetween(2, 20);
      assertThat(seconds(d, read, "--device", device, "--device-read-bps", rate)).isBetween(2, 20);
    } finally {
      HOST.run("losetup", "--detach", loop).ok();
    }
  }

  private static int seconds(DaemonUnderTest d, String script, String... options) {
    String timed = "a=$(date +%s); " + script + " || exit 1; echo $(($(date +%s) - a))";
    return Integer.parseInt(says(d, timed, options));
  }

  @Test
  void throttleOfOperations(DaemonUnderTest d) throws IOException {
    DockerCommand.assumeAtLeast(THROTTLES);
    Path file = d.scratch().resolve("disk");
    Files.write(file, new byte[1 << 20]);
    String loop = HOST.run("losetup", "--find", "--show", file.toString()).ok().text();
    try {
      for (String kind : new String[] {"read", "write"}) {
        String shown =
            says(
                d,
                "cat /sys/fs/cgroup/blkio/blkio.throttle." + kind + "_iops_device",
                "--device-" + kind + "-iops",
                loop + ":77");
        assertThat(shown).matches("7:\\d+ 77");
      }
    } finally {
      HOST.run("losetup", "--detach", loop).ok();
    }
  }

  /** Docker warns and starts the container without; a limit that does not bite is refused here. */
  @Test
  @DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "dropped there")
  void blkioWeightWithoutTheKernelsSupport(DaemonUnderTest d) {
    assumeTrue(!Files.exists(Path.of("/sys/fs/cgroup/blkio/blkio.bfq.weight")));
    assertThat(d.docker("create", "--blkio-weight", "300", "busybox").exits(1).err())
        .contains("Your kernel does not support Block I/O weight or the cgroup is not mounted");
    assertThat(
            d.docker("create", "--blkio-weight-device", "/dev/null:300", "busybox").exits(1).err())
        .contains("Your kernel does not support Block I/O weight_device");
  }

  @Test
  void pids(DaemonUnderTest d) {
    assertThat(says(d, "cat /sys/fs/cgroup/pids/pids.max", "--pids-limit", "77")).isEqualTo("77");
    assertThat(says(d, "cat /sys/fs/cgroup/pids/pids.max", "--pids-limit", "-1")).isEqualTo("max");
  }

  @Test
  void ulimits(DaemonUnderTest d) {
    assertThat(says(d, "ulimit -Sn; ulimit -Hn", "--ulimit", "nofile=100:200"))
        .isEqualTo("100 200");
    Outcome tooLarge =
        d.docker(
            "run",
            "--rm",
            "--ulimit",
            "fsize=262144",
            "busybox",
            "sh",
            "-c",
            "dd if=/dev/zero of=/x bs=64k count=5 2>/dev/null; wc -c </x");
    assertThat(tooLarge.text()).as("%s", tooLarge).isEqualTo("262144");
    String name = d.name("ulimit");
    d.docker("run", "-d", "--name", name, "--ulimit", "nofile=100:200", "busybox", "sleep", "60")
        .ok();
    assertThat(d.docker("exec", name, "sh", "-c", "ulimit -Hn").ok().text()).isEqualTo("200");
  }

  @Test
  void oomScoreAdj(DaemonUnderTest d) {
    assertThat(says(d, "cat /proc/self/oom_score_adj", "--oom-score-adj", "321")).isEqualTo("321");
  }

  @Test
  void sharedMemorySize(DaemonUnderTest d) {
    assertThat(
            says(
                d,
                "dd if=/dev/zero of=/dev/shm/x bs=1k count=4000 2>/dev/null; wc -c </dev/shm/x",
                "--shm-size",
                "1m"))
        .isEqualTo("1048576");
  }

  @Test
  void realtime(DaemonUnderTest d) {
    String body = "{\"HostConfig\":{\"CpuRealtimeRuntime\":2000,\"CpuRealtimePeriod\":1000}}";
    var answer = Requests.create(d, body);
    boolean supported = Files.exists(Path.of("/sys/fs/cgroup/cpu/cpu.rt_runtime_us"));
    assertThat(Requests.message(answer))
        .isEqualTo(
            supported
                ? "cpu real-time runtime cannot be higher than cpu real-time period"
                : "kernel does not support CPU real-time scheduler");
    assertThat(answer.status()).isGreaterThanOrEqualTo(400);
    if (supported) {
      // The parent has no budget to give, which the kernel says; what Priok writes is in
      // BuildSpecTest.
      String whole = "{\"HostConfig\":{\"CpuRealtimeRuntime\":1000,\"CpuRealtimePeriod\":1000000}}";
      assertThat(Requests.create(d, whole).status()).isEqualTo(201);
    }
  }
}
