package dev.priok.engine.containers;

import dev.priok.engine.Timestamps;
import dev.priok.engine.streams.MessageSink;
import dev.priok.kernel.cgroup.Cgroup;
import dev.priok.kernel.cgroup.CgroupStats;
import dev.priok.model.api.stats.ContainerBlkioStatEntry;
import dev.priok.model.api.stats.ContainerBlkioStats;
import dev.priok.model.api.stats.ContainerBlkioStatsBuilder;
import dev.priok.model.api.stats.ContainerCPUStats;
import dev.priok.model.api.stats.ContainerCPUUsage;
import dev.priok.model.api.stats.ContainerMemoryStats;
import dev.priok.model.api.stats.ContainerMemoryStatsBuilder;
import dev.priok.model.api.stats.ContainerNetworkStats;
import dev.priok.model.api.stats.ContainerNetworkStatsBuilder;
import dev.priok.model.api.stats.ContainerPidsStats;
import dev.priok.model.api.stats.ContainerStatsResponse;
import dev.priok.model.api.stats.ContainerStatsResponseBuilder;
import dev.priok.model.api.stats.ContainerStorageStats;
import dev.priok.model.api.stats.ContainerThrottlingData;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code docker stats}, read from the container's cgroups and from its network namespace. */
final class ContainerStats {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerStats.class);
  private static final long INTERVAL_MILLIS = 1_000;

  /** Units of /proc/stat a second (USER_HZ, proc(5)); 100 on every Linux of the last decades. */
  private static final long NANOS_A_TICK = 1_000_000_000L / 100;

  private final Function<String, Cgroup> cgroups;
  private final long memoryTotal;
  private final int cpus;

  ContainerStats(Function<String, Cgroup> cgroups, long memoryTotal, int cpus) {
    this.cgroups = cgroups;
    this.memoryTotal = memoryTotal;
    this.cpus = cpus;
  }

  /** A reading and when it was made. */
  private record Sample(Instant time, @Nullable ContainerCPUStats cpu) {}

  void stats(
      Container container,
      boolean stream,
      boolean oneShot,
      MessageSink<ContainerStatsResponse> sink) {
    Thread reader = Thread.currentThread();
    sink.onGone(reader::interrupt);
    try {
      Sample before = new Sample(Instant.EPOCH, null);
      if (!stream && !oneShot) {
        // Without one-shot the answer carries two readings, so that clients can show a rate.
        before = sample(container);
        Thread.sleep(INTERVAL_MILLIS);
      }
      do {
        ContainerStatsResponse response = read(container, before);
        sink.emit(response);
        before = new Sample(Instant.parse(String.valueOf(response.read())), response.cpuStats());
        if (stream) {
          Thread.sleep(INTERVAL_MILLIS);
        }
      } while (stream && !container.isRemoved());
    } catch (IOException e) {
      LOG.debug("client of the statistics of {} left: {}", container.name(), e.getMessage());
    } catch (InterruptedException e) {
      LOG.debug("client of the statistics of {} left", container.name());
    }
  }

  private Sample sample(Container container) {
    ContainerStatsResponse response = read(container, new Sample(Instant.EPOCH, null));
    return new Sample(Instant.parse(String.valueOf(response.read())), response.cpuStats());
  }

  private ContainerStatsResponse read(Container container, Sample before) {
    ContainerRecord record = container.record();
    Instant now = Instant.now();
    ContainerStatsResponseBuilder response =
        ContainerStatsResponseBuilder.builder()
            .name("/" + record.name())
            .id(record.id().value())
            .read(Timestamps.format(now))
            .preread(
                before.cpu() == null ? Timestamps.ZERO : Timestamps.format(before.time()))
            .numProcs(0)
            .storageStats(new ContainerStorageStats(null, null, null, null))
            .precpuStats(before.cpu() == null ? noCpu() : before.cpu());
    if (!record.state().isAlive()) {
      return response
          .cpuStats(noCpu())
          .memoryStats(ContainerMemoryStatsBuilder.builder().build())
          .pidsStats(new ContainerPidsStats(null, null))
          .blkioStats(ContainerBlkioStatsBuilder.builder().build())
          .build();
    }
    try {
      CgroupStats stats = cgroups.apply(PrepareSpec.cgroupPath(record)).stats();
      return response
          .cpuStats(cpu(stats.cpu()))
          .memoryStats(memory(stats.memory()))
          .pidsStats(
              new ContainerPidsStats(stats.pids().current(), stats.pids().limit()))
          .blkioStats(io(stats))
          .networks(NetworkWishes.isPlugged(record.hostConfig()) ? networks(record) : null)
          .build();
    } catch (IOException e) {
      throw EngineException.internal(
          "cannot read the statistics of " + record.name() + ": " + e.getMessage(), e);
    }
  }

  private static ContainerCPUStats noCpu() {
    return new ContainerCPUStats(
        new ContainerCPUUsage(0L, null, 0L, 0L),
        null,
        null,
        new ContainerThrottlingData(0L, 0L, 0L));
  }

  private ContainerCPUStats cpu(CgroupStats.Cpu cpu) throws IOException {
    return new ContainerCPUStats(
        new ContainerCPUUsage(
            cpu.total(),
            cpu.perProcessor().isEmpty() ? null : cpu.perProcessor(),
            cpu.system(),
            cpu.user()),
        systemCpu(),
        cpus,
        new ContainerThrottlingData(cpu.periods(), cpu.throttledPeriods(), cpu.throttled()));
  }

  /** Time that all processors of the host have spent, in nanoseconds: the first line's sum. */
  private static long systemCpu() throws IOException {
    String line;
    try (var reader = Files.newBufferedReader(Path.of("/proc/stat"))) {
      line = String.valueOf(reader.readLine());
    }
    String[] fields = line.split(" +");
    long ticks = 0;
    // user, nice, system, idle, iowait, irq, softirq, steal; guest time is in user already.
    for (int i = 1; i <= 8 && i < fields.length; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    return ticks * NANOS_A_TICK;
  }

  private ContainerMemoryStats memory(CgroupStats.Memory memory) {
    long limit = Math.min(memory.limit(), memoryTotal);
    return ContainerMemoryStatsBuilder.builder()
        .usage(memory.usage())
        .maxUsage(memory.peak() == 0 ? null : memory.peak())
        .failcnt(memory.failures() == 0 ? null : memory.failures())
        .limit(limit)
        .stats(memory.details())
        .build();
  }

  private static ContainerBlkioStats io(CgroupStats stats) {
    return ContainerBlkioStatsBuilder.builder()
        .ioServiceBytesRecursive(entries(stats.ioBytes()))
        .ioServicedRecursive(entries(stats.ioOperations()))
        .build();
  }

  private static List<ContainerBlkioStatEntry> entries(List<CgroupStats.Io> io) {
    return io.stream()
        .map(e -> new ContainerBlkioStatEntry(e.major(), e.minor(), e.operation(), e.value()))
        .toList();
  }

  /** {@code /proc/<pid>/net/dev} is that of the process's namespace: nothing has to be entered. */
  private static Map<String, ContainerNetworkStats> networks(ContainerRecord record)
      throws IOException {
    Map<String, ContainerNetworkStats> result = new LinkedHashMap<>();
    Path table = Path.of("/proc", Integer.toString(record.state().pid()), "net", "dev");
    for (String line : Files.readAllLines(table)) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon).strip();
      if (name.isEmpty() || name.equals("lo")) {
        continue;
      }
      String[] f = line.substring(colon + 1).strip().split(" +");
      result.put(
          name,
          ContainerNetworkStatsBuilder.builder()
              .rxBytes(Long.valueOf(f[0]))
              .rxPackets(Long.valueOf(f[1]))
              .rxErrors(Long.valueOf(f[2]))
              .rxDropped(Long.valueOf(f[3]))
              .txBytes(Long.valueOf(f[8]))
              .txPackets(Long.valueOf(f[9]))
              .txErrors(Long.valueOf(f[10]))
              .txDropped(Long.valueOf(f[11]))
              .build());
    }
    return result;
  }
}
