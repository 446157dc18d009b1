package dev.priok.engine.containers;

import dev.priok.engine.containers.spec.BuildSpec;
import dev.priok.engine.containers.spec.ValidateConfig;
import dev.priok.engine.containers.spec.ValidateResources;
import dev.priok.host.runtime.ContainerProcesses;
import dev.priok.model.api.container.ContainerUpdateRequest;
import dev.priok.model.api.container.ContainerUpdateResponse;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.api.container.RestartPolicy;
import dev.priok.model.error.EngineException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code docker update}: limits of a container, running or not, and its restart policy. */
final class UpdateContainer {
  private final ContainerTable table;
  private final ContainerProcesses processes;
  private final ContainerEvents events;
  private final ValidateResources validate;
  private final BuildSpec spec;

  UpdateContainer(
      ContainerTable table,
      ContainerProcesses processes,
      ContainerEvents events,
      ValidateResources validate,
      BuildSpec spec) {
    this.table = table;
    this.processes = processes;
    this.events = events;
    this.validate = validate;
    this.spec = spec;
  }

  ContainerUpdateResponse update(Container container, ContainerUpdateRequest request) {
    refuseUnsupported(request);
    RestartPolicy policy = request.restartPolicy();
    ValidateConfig.restartPolicy(policy);
    try (Container.Held held = container.lock()) {
      ContainerRecord record = container.record();
      if (record.state().status() == RunState.Status.REMOVING
          || record.state().status() == RunState.Status.DEAD) {
        throw EngineException.internal(
            "Cannot update container %s: container is marked for removal and cannot be \"update\""
                .formatted(record.id()),
            null);
      }
      HostConfig changed = record.hostConfig();
      if (policy != null && policy.name() != null && !policy.name().isEmpty()) {
        if (record.autoRemove() && !policy.name().equals("no")) {
          throw EngineException.invalid(
              "Cannot update container %s: Restart policy cannot be updated because AutoRemove is"
                  + " enabled for the container",
              record.id());
        }
        changed = HostConfigBuilder.builder(changed).restartPolicy(policy).build();
      }
      List<String> warnings = List.of();
      if (changesLimits(request)) {
        HostConfig asked = limits(HostConfigBuilder.builder().build(), request);
        warnings = validate.validate(asked, true);
        changed = limits(changed, request);
        refuseConflicts(changed);
        if (record.state().isAlive()) {
          // Before the record: a limit the kernel refuses must not be shown as if it held. One set
          // by a daemon that dies here is what the user asked for, and asking again is harmless.
          processes.update(record.id().value(), spec.resources(changed));
        }
      }
      table.update(container, ContainerRecordBuilder.builder(record).hostConfig(changed).build());
      events.publish(container, "update");
      return new ContainerUpdateResponse(warnings);
    }
  }

  /**
   * What Docker's API takes here and drops: runc's update changes none of these, and the docker
   * command offers none. A user who asks must not believe that they hold.
   */
  private static void refuseUnsupported(ContainerUpdateRequest r) {
    Map<String, Boolean> asked = new LinkedHashMap<>();
    asked.put("BlkioWeightDevice", some(r.blkioWeightDevice()));
    asked.put("BlkioDeviceReadBps", some(r.blkioDeviceReadBps()));
    asked.put("BlkioDeviceWriteBps", some(r.blkioDeviceWriteBps()));
    asked.put("BlkioDeviceReadIOps", some(r.blkioDeviceReadIOps()));
    asked.put("BlkioDeviceWriteIOps", some(r.blkioDeviceWriteIOps()));
    asked.put("MemorySwappiness", r.memorySwappiness() != null && r.memorySwappiness() != -1);
    asked.put("KernelMemoryTCP", isSet(r.kernelMemoryTCP()));
    asked.put("OomKillDisable", Boolean.TRUE.equals(r.oomKillDisable()));
    asked.put("Devices", some(r.devices()));
    asked.put("DeviceCgroupRules", some(r.deviceCgroupRules()));
    asked.put("DeviceRequests", some(r.deviceRequests()));
    asked.put("Ulimits", some(r.ulimits()));
    asked.put("CgroupParent", r.cgroupParent() != null && !r.cgroupParent().isEmpty());
    List<String> refused =
        asked.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
    if (!refused.isEmpty()) {
      throw EngineException.notImplemented(
          "%s cannot be changed for a container that exists; create another one",
          String.join(", ", refused));
    }
  }

  private static boolean some(@Nullable List<?> list) {
    return list != null && !list.isEmpty();
  }

  private static void refuseConflicts(HostConfig c) {
    long memory = c.memory() == null ? 0 : c.memory();
    long swap = c.memorySwap() == null ? 0 : c.memorySwap();
    if (swap > 0 && memory > swap) {
      throw EngineException.conflict(
          "Memory limit should be smaller than already set memoryswap limit, update the memoryswap"
              + " at the same time");
    }
    if (isSet(c.nanoCpus()) && (isSet(c.cpuPeriod()) || isSet(c.cpuQuota()))) {
      throw EngineException.conflict(
          "Conflicting options: Nano CPUs cannot be updated as CPU Period or Quota has already been"
              + " set");
    }
  }

  /** The request's limits over those that hold; zero and nothing leave one as it is. */
  private static HostConfig limits(HostConfig old, ContainerUpdateRequest r) {
    return HostConfigBuilder.builder(old)
        .memory(newer(r.memory(), old.memory()))
        .memorySwap(newer(r.memorySwap(), old.memorySwap()))
        .memoryReservation(newer(r.memoryReservation(), old.memoryReservation()))
        .cpuShares(newer(r.cpuShares(), old.cpuShares()))
        .cpuPeriod(newer(r.cpuPeriod(), old.cpuPeriod()))
        .cpuQuota(newer(r.cpuQuota(), old.cpuQuota()))
        .nanoCpus(newer(r.nanoCpus(), old.nanoCpus()))
        .cpuRealtimePeriod(newer(r.cpuRealtimePeriod(), old.cpuRealtimePeriod()))
        .cpuRealtimeRuntime(newer(r.cpuRealtimeRuntime(), old.cpuRealtimeRuntime()))
        .blkioWeight(newer(r.blkioWeight(), old.blkioWeight()))
        .pidsLimit(newer(r.pidsLimit(), old.pidsLimit()))
        .cpusetCpus(newer(r.cpusetCpus(), old.cpusetCpus()))
        .cpusetMems(newer(r.cpusetMems(), old.cpusetMems()))
        .build();
  }

  private static @Nullable Long newer(@Nullable Long asked, @Nullable Long old) {
    return isSet(asked) ? asked : old;
  }

  private static @Nullable String newer(@Nullable String asked, @Nullable String old) {
    return asked == null || asked.isEmpty() ? old : asked;
  }

  private static boolean changesLimits(ContainerUpdateRequest r) {
    return isSet(r.memory())
        || isSet(r.memorySwap())
        || isSet(r.memoryReservation())
        || isSet(r.cpuShares())
        || isSet(r.cpuPeriod())
        || isSet(r.cpuQuota())
        || isSet(r.nanoCpus())
        || isSet(r.cpuRealtimePeriod())
        || isSet(r.cpuRealtimeRuntime())
        || isSet(r.blkioWeight())
        || isSet(r.pidsLimit())
        || (r.cpusetCpus() != null && !r.cpusetCpus().isEmpty())
        || (r.cpusetMems() != null && !r.cpusetMems().isEmpty());
  }

  private static boolean isSet(@Nullable Long value) {
    return value != null && value != 0;
  }
}
