package dev.priok.kernel.cgroup;

import java.util.List;
import java.util.Map;

/**
 * What a group used, in the same shape for both generations. A part whose controller is missing is
 * all zeros and empty.
 *
 * @param cpu processor time
 * @param memory memory
 * @param pids processes and threads
 * @param ioBytes bytes per device and operation
 * @param ioOperations requests per device and operation
 */
public record CgroupStats(
    Cpu cpu, Memory memory, Pids pids, List<Io> ioBytes, List<Io> ioOperations) {

  /**
   * Processor time, in nanoseconds.
   *
   * @param total all
   * @param user in programs
   * @param system in the kernel
   * @param perProcessor for each processor; empty with version 2
   * @param periods enforcement periods gone by
   * @param throttledPeriods those in which the group had to wait
   * @param throttled time it had to wait
   */
  public record Cpu(
      long total,
      long user,
      long system,
      List<Long> perProcessor,
      long periods,
      long throttledPeriods,
      long throttled) {
    /** Nothing used yet. */
    public static final Cpu NONE = new Cpu(0, 0, 0, List.of(), 0, 0, 0);
  }

  /**
   * Memory, in bytes.
   *
   * @param usage now, caches included
   * @param peak highest so far; 0 if this kernel does not keep it
   * @param failures how often the limit was hit (version 2: how often memory ran out)
   * @param limit the limit, {@link #UNLIMITED} if there is none
   * @param oomKills processes killed for lack of memory
   * @param details memory.stat as it is: {@code total_inactive_file} (version 1), {@code
   *     inactive_file} (2), ...
   */
  public record Memory(
      long usage, long peak, long failures, long limit, long oomKills, Map<String, Long> details) {
    /** No limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    static final Memory NONE = new Memory(0, 0, 0, UNLIMITED, 0, Map.of());

    /** Usage without the file cache that can be dropped at once, as {@code docker stats} shows. */
    public long usageWithoutCache() {
      long cache =
          details.getOrDefault("total_inactive_file", details.getOrDefault("inactive_file", 0L));
      return cache < usage ? usage - cache : usage;
    }
  }

  /**
   * Processes and threads.
   *
   * @param current how many
   * @param limit how many may be; 0 if there is no limit
   */
  public record Pids(long current, long limit) {
    static final Pids NONE = new Pids(0, 0);
  }

  /**
   * Input and output of a device.
   *
   * @param major of the device
   * @param minor of the device
   * @param operation {@code read} and {@code write} with version 2; with version 1 as the kernel
   *     spells it: {@code Read}, {@code Write}, {@code Sync}, ...
   * @param value bytes or requests
   */
  public record Io(long major, long minor, String operation, long value) {}
}
