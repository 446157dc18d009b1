package dev.priok.engine.containers.spec;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What this machine offers, as far as a container's configuration depends on it.
 *
 * @param cgroupVersion 1 (also the hybrid set-up) or 2
 * @param architecture Go's name, as the API has it: amd64, arm64
 * @param lastCapability number of the kernel's last capability ({@code
 *     /proc/sys/kernel/cap_last_cap})
 * @param capabilities the daemon's own bounding set, a bit each: it cannot hand out more than that
 * @param recursiveReadOnly whether kernel and runtime make whole mount trees read-only
 *     (mount_setattr, 5.12)
 * @param onlineCpus list format of {@code /sys/devices/system/cpu/online}, such as {@code 0-1}
 * @param onlineMemoryNodes list format
 */
@RecordBuilder
public record HostFacts(
    int cgroupVersion,
    String architecture,
    String kernelRelease,
    int lastCapability,
    long capabilities,
    boolean seccomp,
    boolean apparmor,
    boolean recursiveReadOnly,
    boolean pingGroupRange,
    boolean unprivilegedPortStart,
    int cpus,
    String onlineCpus,
    String onlineMemoryNodes,
    Controllers controllers) {

  /** Which limits can be set here. */
  public record Controllers(
      boolean memory,
      boolean swap,
      boolean swappiness,
      boolean oomKillDisable,
      boolean cpuShares,
      boolean cpuQuota,
      boolean cpuRealtime,
      boolean cpuset,
      boolean pids,
      boolean blkioWeight,
      boolean blkioThrottle,
      boolean kernelMemoryTcp) {}
}
