package dev.priok.engine.containers.spec;

import dev.priok.engine.containers.spec.Devices.DeviceNumber;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.ThrottleDevice;
import dev.priok.model.api.container.WeightDevice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code linux.resources}: limits in the words of cgroup v1; the runtimes translate them for v2
 * (runtime specification, config-linux.md, and crun's conversion table).
 */
final class Resources {
  private static final long DEFAULT_PERIOD_MICROS = 100_000;

  private final HostConfig config;
  private final HostFacts host;

  Resources(HostConfig config, HostFacts host) {
    this.config = config;
    this.host = host;
  }

  /** The members of the object; device rules are the caller's. */
  void write(SpecWriter out) {
    memory(out);
    cpu(out);
    Long pids = config.pidsLimit();
    if (pids != null) {
      // Docker: zero and less mean no limit, which runtimes write as -1.
      out.object("pids", () -> out.number("limit", pids <= 0 ? Long.valueOf(-1) : pids));
    }
    blockIo(out);
  }

  private void memory(SpecWriter out) {
    Long limit = positive(config.memory());
    Long swap = config.memorySwap();
    if (limit != null && (swap == null || swap == 0)) {
      swap = host.controllers().swap() ? Long.valueOf(2 * limit) : null;
    }
    Long swapLimit = swap == null || swap == 0 ? null : swap;
    out.object(
        "memory",
        () -> {
          out.number("limit", limit);
          out.number("reservation", positive(config.memoryReservation()));
          if (limit != null) {
            out.number("swap", swapLimit);
          }
          Long swappiness = config.memorySwappiness();
          if (swappiness != null && swappiness != -1) {
            out.number("swappiness", swappiness);
          }
          if (Boolean.TRUE.equals(config.oomKillDisable())) {
            out.bool("disableOOMKiller", true);
          }
          out.number("kernelTCP", positive(config.kernelMemoryTCP()));
        });
  }

  private void cpu(SpecWriter out) {
    out.object(
        "cpu",
        () -> {
          out.number("shares", positive(config.cpuShares()));
          Long nano = positive(config.nanoCpus());
          if (nano != null) {
            out.number("quota", nano * DEFAULT_PERIOD_MICROS / 1_000_000_000L);
            out.number("period", DEFAULT_PERIOD_MICROS);
          } else {
            out.number("quota", nonZero(config.cpuQuota()));
            out.number("period", nonZero(config.cpuPeriod()));
          }
          out.number("realtimeRuntime", nonZero(config.cpuRealtimeRuntime()));
          out.number("realtimePeriod", nonZero(config.cpuRealtimePeriod()));
          out.string("cpus", nonEmpty(config.cpusetCpus()));
          out.string("mems", nonEmpty(config.cpusetMems()));
        });
  }

  private void blockIo(SpecWriter out) {
    Long weight = positive(config.blkioWeight());
    List<WeightDevice> weights = orEmpty(config.blkioWeightDevice());
    boolean any =
        weight != null
            || !weights.isEmpty()
            || !orEmpty(config.blkioDeviceReadBps()).isEmpty()
            || !orEmpty(config.blkioDeviceWriteBps()).isEmpty()
            || !orEmpty(config.blkioDeviceReadIOps()).isEmpty()
            || !orEmpty(config.blkioDeviceWriteIOps()).isEmpty();
    if (!any) {
      return;
    }
    out.object(
        "blockIO",
        () -> {
          out.number("weight", weight);
          out.array(
              "weightDevice",
              () -> {
                for (WeightDevice device : weights) {
                  device(out, device.path(), "weight", number(device.weight()));
                }
              });
          throttle(out, "throttleReadBpsDevice", config.blkioDeviceReadBps());
          throttle(out, "throttleWriteBpsDevice", config.blkioDeviceWriteBps());
          throttle(out, "throttleReadIOPSDevice", config.blkioDeviceReadIOps());
          throttle(out, "throttleWriteIOPSDevice", config.blkioDeviceWriteIOps());
        });
  }

  private static void throttle(
      SpecWriter out, String name, @Nullable List<ThrottleDevice> devices) {
    out.array(
        name,
        () -> {
          for (ThrottleDevice device : orEmpty(devices)) {
            device(out, device.path(), "rate", number(device.rate()));
          }
        });
  }

  private static void device(
      SpecWriter out, @Nullable String path, String field, @Nullable Long value) {
    DeviceNumber number = DeviceNumber.at(path == null ? "" : path);
    out.element(() -> {
      out.number("major", number.major());
      out.number("minor", number.minor());
      out.number(field, value);
    });
  }

  private static @Nullable Long number(@Nullable Number value) {
    return value == null ? null : Long.valueOf(value.longValue());
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static @Nullable Long positive(@Nullable Long value) {
    return value == null || value <= 0 ? null : value;
  }

  private static @Nullable Long nonZero(@Nullable Long value) {
    return value == null || value == 0 ? null : value;
  }

  private static @Nullable String nonEmpty(@Nullable String value) {
    return value == null || value.isEmpty() ? null : value;
  }
}
