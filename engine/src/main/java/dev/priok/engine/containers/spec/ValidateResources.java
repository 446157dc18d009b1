package dev.priok.engine.containers.spec;

import dev.priok.engine.containers.spec.HostFacts.Controllers;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.ThrottleDevice;
import dev.priok.model.api.container.WeightDevice;
import dev.priok.model.error.EngineException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Refuses limits that make no sense or that this machine cannot set. */
public final class ValidateResources {
  private static final long LEAST_MEMORY = 6L * 1024 * 1024;
  private static final int LARGEST_CPU = 8192;
  private static final Pattern RANGE = Pattern.compile("([0-9]+)(?:-([0-9]+))?");

  private final HostFacts host;

  public ValidateResources(HostFacts host) {
    this.host = host;
  }

  /**
   * Returns warnings for the answer.
   *
   * @param update whether a running container is to be changed: swap may then be set alone
   */
  public List<String> validate(HostConfig config, boolean update) {
    List<String> warnings = new ArrayList<>();
    memory(config, update, warnings);
    cpu(config);
    blockIo(config);
    Controllers can = host.controllers();
    long pids = number(config.pidsLimit());
    need(pids > 0 && !can.pids(), "PIDs limit");
    onlyOnWindows(config);
    if (number(config.kernelMemoryTCP()) < 0) {
      throw EngineException.invalid(
          "Invalid kernel TCP memory limit: %d", config.kernelMemoryTCP());
    }
    need(number(config.kernelMemoryTCP()) > 0 && !can.kernelMemoryTcp(), "kernel TCP memory limit");
    return warnings;
  }

  /** Docker 26 answers 500 to the first two, and drops the others with or without a warning. */
  private static void onlyOnWindows(HostConfig config) {
    if (number(config.ioMaximumBandwidth()) != 0) {
      throw refused(
          "Invalid QoS settings: linux does not support configuration of maximum bandwidth");
    }
    if (number(config.ioMaximumIOps()) != 0) {
      throw refused("Invalid QoS settings: linux does not support configuration of maximum IOPs");
    }
    if (number(config.cpuCount()) != 0) {
      throw EngineException.invalid("linux does not support CPU count; use NanoCpus (--cpus)");
    }
    if (number(config.cpuPercent()) != 0) {
      throw EngineException.invalid("linux does not support CPU percent; use NanoCpus (--cpus)");
    }
  }

  /** Where Docker takes a client's mistake for its own. */
  private static EngineException refused(String sentence) {
    return EngineException.internal(sentence, null);
  }

  private void memory(HostConfig config, boolean update, List<String> warnings) {
    Controllers can = host.controllers();
    long memory = number(config.memory());
    long swap = number(config.memorySwap());
    long reservation = number(config.memoryReservation());
    if (memory != 0 && memory < LEAST_MEMORY) {
      throw EngineException.invalid("Minimum memory limit allowed is 6MB");
    }
    need(memory > 0 && !can.memory(), "memory limit");
    if (memory > 0 && swap != -1 && !can.swap()) {
      warnings.add(
          "Your kernel does not support swap limit capabilities or the cgroup is not mounted."
              + " Memory limited without swap.");
    }
    if (swap < -1) {
      throw EngineException.invalid("Invalid memory swap value: %d", swap);
    }
    if (memory > 0 && swap > 0 && swap < memory) {
      throw EngineException.invalid(
          "Minimum memoryswap limit should be larger than memory limit, see usage");
    }
    if (memory == 0 && swap > 0 && !update) {
      throw EngineException.invalid(
          "You should always set the Memory limit when using Memoryswap limit, see usage");
    }
    Long swappiness = config.memorySwappiness();
    if (swappiness != null && swappiness != -1) {
      if (swappiness < 0 || swappiness > 100) {
        throw EngineException.invalid(
            "Invalid value: %d, valid memory swappiness range is 0-100", swappiness);
      }
      need(!can.swappiness(), "memory swappiness");
    }
    if (reservation != 0 && reservation < LEAST_MEMORY) { // Docker lets a negative one pass
      throw EngineException.invalid("Minimum memory reservation allowed is 6MB");
    }
    if (memory > 0 && reservation > 0 && memory < reservation) {
      throw EngineException.invalid(
          "Minimum memory limit can not be less than memory reservation limit, see usage");
    }
    if (Boolean.TRUE.equals(config.oomKillDisable())) {
      need(!can.oomKillDisable(), "OomKillDisable");
      if (memory == 0) {
        warnings.add(
            "OOM killer is disabled for the container, but no memory limit is set, this can result"
                + " in the system running out of resources.");
      }
    }
  }

  private void cpu(HostConfig config) {
    Controllers can = host.controllers();
    long nano = number(config.nanoCpus());
    long period = number(config.cpuPeriod());
    long quota = number(config.cpuQuota());
    long shares = number(config.cpuShares());
    if (nano > 0 && period > 0) {
      throw EngineException.invalid(
          "Conflicting options: Nano CPUs and CPU Period cannot both be set");
    }
    if (nano > 0 && quota > 0) {
      throw EngineException.invalid(
          "Conflicting options: Nano CPUs and CPU Quota cannot both be set");
    }
    if (nano < 0 || nano > host.cpus() * 1_000_000_000L) {
      throw EngineException.invalid(
          "Range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available",
          host.cpus(), host.cpus());
    }
    if (shares < 0) {
      throw EngineException.invalid(
          "invalid CPU shares (%d): value must be a positive integer", shares);
    }
    need(shares > 0 && !can.cpuShares(), "CPU shares");
    need((nano > 0 || period != 0 || quota != 0) && !can.cpuQuota(), "CPU CFS scheduler");
    if (period != 0 && (period < 1000 || period > 1_000_000)) {
      throw EngineException.invalid(
          "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
    }
    if (quota > 0 && quota < 1000) {
      throw EngineException.invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)");
    }
    long realtime = number(config.cpuRealtimeRuntime());
    long realtimePeriod = number(config.cpuRealtimePeriod());
    if ((realtime != 0 || realtimePeriod != 0) && !can.cpuRealtime()) {
      throw EngineException.invalid("kernel does not support CPU real-time scheduler");
    }
    if (realtime < 0 || realtimePeriod < 0) {
      throw EngineException.invalid("cpu real-time runtime and period cannot be negative");
    }
    if (realtimePeriod != 0 && realtime > realtimePeriod) {
      throw refused("cpu real-time runtime cannot be higher than cpu real-time period");
    }
    available("cpus", "CPUs", config.cpusetCpus(), host.onlineCpus());
    available("mems", "memory nodes", config.cpusetMems(), host.onlineMemoryNodes());
  }

  private void available(String list, String what, @Nullable String wanted, String online) {
    if (wanted == null || wanted.isEmpty()) {
      return;
    }
    BitSet missing;
    try {
      missing = set(wanted);
      missing.andNot(set(online));
    } catch (IllegalArgumentException e) {
      throw EngineException.invalid(
          "Invalid value %s for cpuset %s: %s", wanted, list, e.getMessage());
    }
    if (!missing.isEmpty()) {
      throw EngineException.invalid(
          "Requested %s are not available - requested %s, available: %s", what, wanted, online);
    }
    need(!host.controllers().cpuset(), "cpuset");
  }

  /** cpuset(7), "List format"; the largest number and the sentences are Docker's. */
  static BitSet set(String list) {
    BitSet set = new BitSet();
    for (String part : list.split(",", -1)) {
      Matcher range = RANGE.matcher(part);
      if (!range.matches()) {
        throw new IllegalArgumentException("invalid format: " + list);
      }
      int first = number(range.group(1));
      int last = range.group(2) == null ? first : number(range.group(2));
      if (last < first) {
        throw new IllegalArgumentException("invalid format: " + list);
      }
      set.set(first, last + 1);
    }
    return set;
  }

  private static int number(String digits) {
    if (digits.length() > 6 || Integer.parseInt(digits) > LARGEST_CPU) {
      throw new IllegalArgumentException("value of out range, maximum is " + LARGEST_CPU);
    }
    return Integer.parseInt(digits);
  }

  private void blockIo(HostConfig config) {
    long weight = number(config.blkioWeight());
    if (weight != 0 && (weight < 10 || weight > 1000)) {
      throw EngineException.invalid("Range of blkio weight is from 10 to 1000");
    }
    Controllers can = host.controllers();
    need(weight > 0 && !can.blkioWeight(), "Block I/O weight");
    need(some(config.blkioWeightDevice()) && !can.blkioWeight(), "Block I/O weight_device");
    boolean throttle =
        some(config.blkioDeviceReadBps())
            || some(config.blkioDeviceWriteBps())
            || some(config.blkioDeviceReadIOps())
            || some(config.blkioDeviceWriteIOps());
    need(throttle && !can.blkioThrottle(), "Block I/O throttling");
    for (WeightDevice device : orEmpty(config.blkioWeightDevice())) {
      long own = device.weight() == null ? 0 : device.weight();
      if (own < 10 || own > 1000) {
        throw EngineException.invalid("Range of blkio weight is from 10 to 1000");
      }
      named(device.path());
    }
    rates(config.blkioDeviceReadBps());
    rates(config.blkioDeviceWriteBps());
    rates(config.blkioDeviceReadIOps());
    rates(config.blkioDeviceWriteIOps());
  }

  private static void rates(@Nullable List<ThrottleDevice> devices) {
    for (ThrottleDevice device : orEmpty(devices)) {
      named(device.path());
      if (device.rate() != null && device.rate() < 0) {
        throw EngineException.invalid(
            "invalid rate %d for device %s: it must not be negative", device.rate(), device.path());
      }
    }
  }

  private static void named(@Nullable String path) {
    if (path == null || path.isEmpty()) {
      throw EngineException.invalid("a limit of block I/O needs the path of a device");
    }
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  /** Docker drops such a limit with a warning; a limit that does not bite is refused here. */
  private static void need(boolean missing, String what) {
    if (missing) {
      throw EngineException.invalid(
          "Your kernel does not support %s or the cgroup is not mounted", what);
    }
  }

  private static boolean some(@Nullable List<?> list) {
    return list != null && !list.isEmpty();
  }

  private static long number(@Nullable Long value) {
    return value == null ? 0 : value;
  }
}
