package dev.priok.engine.monitoring;

import dev.priok.kernel.cgroup.CgroupStats;
import java.util.Map;

/**
 * What a container uses now, and a reading of its processor time before, for a rate.
 *
 * @param before at least a few tenths of a second older than {@code now}
 * @param generation of the control groups that the numbers come from
 */
public record Measured(
    CpuReading before,
    CpuReading now,
    CgroupStats stats,
    Generation generation,
    Map<String, InterfaceCounters> networks) {

  /** 1 or 2 for each controller whose numbers differ between the two; hybrid hosts mix them. */
  public record Generation(int memory, int io) {}
}
