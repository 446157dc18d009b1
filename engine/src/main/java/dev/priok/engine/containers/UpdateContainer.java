package dev.priok.engine.containers;

import dev.priok.model.api.container.ContainerUpdateRequest;
import dev.priok.model.api.container.ContainerUpdateResponse;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.api.container.RestartPolicy;
import dev.priok.model.error.EngineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code docker update}: the restart policy. Limits of running containers come later. */
final class UpdateContainer {
  private final ContainerTable table;
  private final ContainerEvents events;

  UpdateContainer(ContainerTable table, ContainerEvents events) {
    this.table = table;
    this.events = events;
  }

  ContainerUpdateResponse update(Container container, ContainerUpdateRequest request) {
    if (changesLimits(request)) {
      throw EngineException.notImplemented(
          "changing the limits of a container is not supported yet; only its restart policy can be"
              + " updated");
    }
    RestartPolicy policy = request.restartPolicy();
    try (Container.Held held = container.lock()) {
      ContainerRecord record = container.record();
      if (policy != null && policy.name() != null && !policy.name().isEmpty()) {
        if (record.autoRemove() && !policy.name().equals("no")) {
          throw EngineException.invalid(
              "Restart policy cannot be updated because AutoRemove is enabled for the container");
        }
        HostConfig changed =
            HostConfigBuilder.builder(record.hostConfig()).restartPolicy(policy).build();
        table.update(container, ContainerRecordBuilder.builder(record).hostConfig(changed).build());
      }
      events.publish(container, "update");
    }
    return new ContainerUpdateResponse(List.of());
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
