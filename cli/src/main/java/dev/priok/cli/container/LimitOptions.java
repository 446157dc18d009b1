package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.KeyValues;
import dev.priok.model.api.container.DeviceMapping;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.api.container.LogConfig;
import dev.priok.model.api.container.RestartPolicy;
import dev.priok.model.api.container.Ulimit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of create and run about limits, devices, restarts and logging. */
final class LimitOptions {
  @Option(
      names = "--blkio-weight",
      paramLabel = "uint16",
      description = "Block IO (relative weight), between 10 and 1000, or 0 to disable.")
  @Nullable Long blkioWeight;

  @Option(
      names = "--cgroup-parent",
      paramLabel = "string",
      description = "Optional parent cgroup for the container.")
  @Nullable String cgroupParent;

  @Option(
      names = "--cpu-period",
      paramLabel = "int",
      description = "Limit CPU CFS (Completely Fair Scheduler) period.")
  @Nullable Long cpuPeriod;

  @Option(
      names = "--cpu-quota",
      paramLabel = "int",
      description = "Limit CPU CFS (Completely Fair Scheduler) quota.")
  @Nullable Long cpuQuota;

  @Option(
      names = {"-c", "--cpu-shares"},
      paramLabel = "int",
      description = "CPU shares (relative weight).")
  @Nullable Long cpuShares;

  @Option(names = "--cpus", paramLabel = "decimal", description = "Number of CPUs.")
  @Nullable String cpus;

  @Option(
      names = "--cpuset-cpus",
      paramLabel = "string",
      description = "CPUs in which to allow execution (0-3, 0,1).")
  @Nullable String cpusetCpus;

  @Option(
      names = "--cpuset-mems",
      paramLabel = "string",
      description = "MEMs in which to allow execution (0-3, 0,1).")
  @Nullable String cpusetMems;

  @Option(
      names = "--device",
      paramLabel = "list",
      description = "Add a host device to the container.")
  List<String> devices = new ArrayList<>();

  @Option(
      names = "--device-cgroup-rule",
      paramLabel = "list",
      description = "Add a rule to the cgroup allowed devices list.")
  List<String> deviceRules = new ArrayList<>();

  @Option(
      names = "--log-driver",
      paramLabel = "string",
      description = "Logging driver for the container.")
  @Nullable String logDriver;

  @Option(names = "--log-opt", paramLabel = "list", description = "Log driver options.")
  List<String> logOptions = new ArrayList<>();

  @Option(
      names = {"-m", "--memory"},
      paramLabel = "bytes",
      description = "Memory limit.")
  @Nullable String memory;

  @Option(names = "--memory-reservation", paramLabel = "bytes", description = "Memory soft limit.")
  @Nullable String memoryReservation;

  @Option(
      names = "--memory-swap",
      paramLabel = "bytes",
      description = "Swap limit equal to memory plus swap: '-1' to enable unlimited swap.")
  @Nullable String memorySwap;

  @Option(
      names = "--memory-swappiness",
      paramLabel = "int",
      description = "Tune container memory swappiness (0 to 100).")
  @Nullable Long memorySwappiness;

  @Option(names = "--oom-kill-disable", description = "Disable OOM Killer.")
  boolean oomKillDisable;

  @Option(
      names = "--oom-score-adj",
      paramLabel = "int",
      description = "Tune host's OOM preferences (-1000 to 1000).")
  @Nullable Integer oomScoreAdj;

  @Option(
      names = "--pids-limit",
      paramLabel = "int",
      description = "Tune container pids limit (set -1 for unlimited).")
  @Nullable Long pidsLimit;

  @Option(
      names = "--restart",
      paramLabel = "string",
      description = "Restart policy to apply when a container exits.")
  @Nullable String restart;

  @Option(names = "--shm-size", paramLabel = "bytes", description = "Size of /dev/shm.")
  @Nullable String shmSize;

  @Option(names = "--ulimit", paramLabel = "ulimit", description = "Ulimit options.")
  List<String> ulimits = new ArrayList<>();

  /** Fills in what these options say. */
  void apply(HostConfigBuilder host, boolean autoRemove) {
    RestartPolicy policy = restartPolicy();
    if (autoRemove && policy != null && !"no".equals(policy.name())) {
      throw new CliException(125, "conflicting options: cannot specify both --restart and --rm");
    }
    host.blkioWeight(blkioWeight)
        .cgroupParent(cgroupParent)
        .cpuPeriod(cpuPeriod)
        .cpuQuota(cpuQuota)
        .cpuShares(cpuShares)
        .nanoCpus(nanoCpus())
        .cpusetCpus(cpusetCpus)
        .cpusetMems(cpusetMems)
        .devices(devices.isEmpty() ? null : devices.stream().map(LimitOptions::device).toList())
        .deviceCgroupRules(deviceRules.isEmpty() ? null : deviceRules)
        .logConfig(
            logDriver == null && logOptions.isEmpty()
                ? null
                : new LogConfig(logDriver == null ? "" : logDriver, KeyValues.map(logOptions)))
        .memory(ByteSizes.parse(memory, "--memory"))
        .memoryReservation(ByteSizes.parse(memoryReservation, "--memory-reservation"))
        .memorySwap(
            "-1".equals(memorySwap)
                ? Long.valueOf(-1)
                : ByteSizes.parse(memorySwap, "--memory-swap"))
        .memorySwappiness(memorySwappiness)
        .oomKillDisable(oomKillDisable ? true : null)
        .oomScoreAdj(oomScoreAdj)
        .pidsLimit(pidsLimit)
        .restartPolicy(policy)
        .shmSize(ByteSizes.parse(shmSize, "--shm-size"))
        .ulimits(ulimits.isEmpty() ? null : ulimits.stream().map(LimitOptions::ulimit).toList());
  }

  private @Nullable Long nanoCpus() {
    if (cpus == null) {
      return null;
    }
    try {
      return new BigDecimal(cpus).movePointRight(9).longValueExact();
    } catch (NumberFormatException e) {
      throw CliException.badOption(
          cpus, "--cpus", "failed to parse " + cpus + " as a rational number");
    } catch (ArithmeticException e) {
      throw CliException.badOption(cpus, "--cpus", "value is too precise");
    }
  }

  private @Nullable RestartPolicy restartPolicy() {
    if (restart == null || restart.isEmpty()) {
      return null;
    }
    int colon = restart.indexOf(':');
    if (colon < 0) {
      return new RestartPolicy(restart, 0);
    }
    try {
      return new RestartPolicy(
          restart.substring(0, colon), Integer.parseInt(restart.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new CliException(
          125, "invalid restart policy format: maximum retry count must be an integer");
    }
  }

  private static DeviceMapping device(String text) {
    String[] parts = text.split(":", -1);
    String inside = parts.length > 1 ? parts[1] : parts[0];
    String permissions = "rwm";
    if (parts.length == 2 && isPermissions(parts[1])) {
      inside = parts[0];
      permissions = parts[1];
    } else if (parts.length == 3) {
      permissions = parts[2];
    }
    if (parts[0].isEmpty() || parts.length > 3 || !isPermissions(permissions)) {
      throw new CliException(125, "invalid device specification: " + text);
    }
    return new DeviceMapping(parts[0], inside.isEmpty() ? parts[0] : inside, permissions);
  }

  private static boolean isPermissions(String text) {
    return text.matches("[rwm]{1,3}");
  }

  private static Ulimit ulimit(String text) {
    int equals = text.indexOf('=');
    int colon = text.indexOf(':', Math.max(equals, 0));
    try {
      if (equals > 0) {
        int soft = Integer.parseInt(text.substring(equals + 1, colon < 0 ? text.length() : colon));
        int hard = colon < 0 ? soft : Integer.parseInt(text.substring(colon + 1));
        if (hard >= 0 && (soft > hard || soft == -1)) {
          throw CliException.badOption(
              text,
              "--ulimit",
              "ulimit soft limit must be less than or equal to hard limit: " + soft + " > " + hard);
        }
        return new Ulimit(text.substring(0, equals), (long) soft, (long) hard);
      }
    } catch (NumberFormatException e) {
      throw CliException.badOption(text, "--ulimit", "limits must be integers");
    }
    throw CliException.badOption(text, "--ulimit", "invalid ulimit argument: " + text);
  }
}
