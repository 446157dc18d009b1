package dev.priok.engine.monitoring;

import dev.priok.kernel.cgroup.CgroupStats;
import java.time.Instant;

/**
 * Processor time at an instant.
 *
 * @param cpu what the container used since its start
 * @param system what all processors of the host had to give by then, in nanoseconds; the share of
 *     two readings' differences is the container's use
 */
public record CpuReading(Instant time, CgroupStats.Cpu cpu, SystemCpu.Times system) {}
