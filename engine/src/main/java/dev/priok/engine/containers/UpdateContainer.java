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
import java.util.List;
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
    UpdateRefusals.check(request, container.record().hostConfig());
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
        refuseConflicts(container, record.hostConfig(), changed);
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

  private static void refuseConflicts(Container container, HostConfig old, HostConfig c) {
    long memory = c.memory() == null ? 0 : c.memory();
    long swap = c.memorySwap() == null ? 0 : c.memorySwap();
    if (swap > 0 && memory > swap) {
      throw conflict(
          container,
          "Memory limit should be smaller than already set memoryswap limit, update the memoryswap"
              + " at the same time");
    }
    if (isSet(c.nanoCpus()) && isSet(c.cpuPeriod())) {
      throw conflict(container, exclusive(old, "CPU Period"));
    }
    if (isSet(c.nanoCpus()) && isSet(c.cpuQuota())) {
      throw conflict(container, exclusive(old, "CPU Quota"));
    }
  }

  private static String exclusive(HostConfig old, String other) {
    return isSet(old.nanoCpus())
        ? "Conflicting options: " + other + " cannot be updated as NanoCPUs has already been set"
        : "Conflicting options: Nano CPUs cannot be updated as " + other + " has already been set";
  }

  private static EngineException conflict(Container container, String sentence) {
    return EngineException.conflict("Cannot update container %s: %s", container.id(), sentence);
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
