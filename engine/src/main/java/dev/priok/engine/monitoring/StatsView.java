package dev.priok.engine.monitoring;

import dev.priok.engine.Timestamps;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Measurements as the API shows them. Docker leaves a number out where it is zero for most members,
 * and the two generations of control groups fill different ones: see {@code docs/stats.md}.
 */
public final class StatsView {
  private static final ContainerStorageStats NO_STORAGE =
      new ContainerStorageStats(null, null, null, null);
  private static final ContainerCPUStats NO_CPU =
      new ContainerCPUStats(
          new ContainerCPUUsage(0L, null, 0L, 0L),
          null,
          null,
          new ContainerThrottlingData(0L, 0L, 0L));

  private final long memoryTotal;

  /** With the bytes of memory that the host has: what a container without a limit is shown. */
  public StatsView(long memoryTotal) {
    this.memoryTotal = memoryTotal;
  }

  /** A container that does not run. */
  public ContainerStatsResponse stopped(String name, String id) {
    return named(name, id)
        .read(Timestamps.ZERO)
        .preread(Timestamps.ZERO)
        .cpuStats(NO_CPU)
        .precpuStats(NO_CPU)
        .memoryStats(ContainerMemoryStatsBuilder.builder().build())
        .pidsStats(new ContainerPidsStats(null, null))
        .blkioStats(ContainerBlkioStatsBuilder.builder().build())
        .build();
  }

  /**
   * A container that runs.
   *
   * @param withPast whether the answer carries the reading before, too
   */
  public ContainerStatsResponse running(
      String name, String id, Measured measured, boolean withPast) {
    CgroupStats stats = measured.stats();
    return named(name, id)
        .read(Timestamps.format(measured.now().time()))
        .preread(withPast ? Timestamps.format(measured.before().time()) : Timestamps.ZERO)
        .cpuStats(cpu(measured.now()))
        .precpuStats(withPast ? cpu(measured.before()) : NO_CPU)
        .memoryStats(memory(stats.memory(), measured.generation().memory()))
        .pidsStats(new ContainerPidsStats(some(stats.pids().current()), some(stats.pids().limit())))
        .blkioStats(io(stats, measured.generation().io()))
        .networks(networks(measured.networks()))
        .build();
  }

  private static ContainerStatsResponseBuilder named(String name, String id) {
    return ContainerStatsResponseBuilder.builder()
        .name("/" + name)
        .id(id)
        .numProcs(0)
        .storageStats(NO_STORAGE);
  }

  private static ContainerCPUStats cpu(CpuReading reading) {
    CgroupStats.Cpu cpu = reading.cpu();
    return new ContainerCPUStats(
        new ContainerCPUUsage(
            cpu.total(),
            cpu.perProcessor().isEmpty() ? null : cpu.perProcessor(),
            cpu.system(),
            cpu.user()),
        reading.system().total(),
        reading.system().online(),
        new ContainerThrottlingData(cpu.periods(), cpu.throttledPeriods(), cpu.throttled()));
  }

  private ContainerMemoryStats memory(CgroupStats.Memory memory, int version) {
    return ContainerMemoryStatsBuilder.builder()
        .usage(some(memory.usage()))
        // Version 2 keeps it too since Linux 5.19, and Docker does not pass it on.
        .maxUsage(version == 1 ? some(memory.peak()) : null)
        .failcnt(some(memory.failures()))
        .limit(Math.min(memory.limit(), memoryTotal))
        .stats(MemoryKeys.of(memory.details(), version))
        .build();
  }

  private static ContainerBlkioStats io(CgroupStats stats, int version) {
    ContainerBlkioStatsBuilder result =
        ContainerBlkioStatsBuilder.builder().ioServiceBytesRecursive(entries(stats.ioBytes()));
    if (version == 2) {
      return stats.ioBytes().isEmpty()
          ? ContainerBlkioStatsBuilder.builder().build()
          : result.build();
    }
    return result
        .ioServicedRecursive(entries(stats.ioOperations()))
        .ioQueueRecursive(List.of())
        .ioServiceTimeRecursive(List.of())
        .ioWaitTimeRecursive(List.of())
        .ioMergedRecursive(List.of())
        .ioTimeRecursive(List.of())
        .sectorsRecursive(List.of())
        .build();
  }

  private static List<ContainerBlkioStatEntry> entries(List<CgroupStats.Io> io) {
    return io.stream()
        .map(e -> new ContainerBlkioStatEntry(e.major(), e.minor(), e.operation(), e.value()))
        .toList();
  }

  private static @Nullable Map<String, ContainerNetworkStats> networks(
      Map<String, InterfaceCounters> counters) {
    if (counters.isEmpty()) {
      return null;
    }
    Map<String, ContainerNetworkStats> result = new TreeMap<>();
    counters.forEach((name, c) ->
        result.put(
            name,
            ContainerNetworkStatsBuilder.builder()
                .rxBytes(c.rxBytes())
                .rxPackets(c.rxPackets())
                .rxErrors(c.rxErrors())
                .rxDropped(c.rxDropped())
                .txBytes(c.txBytes())
                .txPackets(c.txPackets())
                .txErrors(c.txErrors())
                .txDropped(c.txDropped())
                .build()));
    return result;
  }

  private static @Nullable Long some(long value) {
    return value == 0 ? null : Long.valueOf(value);
  }
}
