package dev.priok.engine.containers;

import dev.priok.engine.health.HealthState;
import dev.priok.engine.networks.ContainerNetworks;
import dev.priok.host.runtime.ContainerProcesses;
import dev.priok.host.runtime.ExitReport;
import dev.priok.host.storage.StorageDriver;
import dev.priok.model.id.ContainerId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a container's process has ended, whoever ended it.
 *
 * <p>The monitor's exit file is the durable fact; it is acknowledged last. Every step before can be
 * done twice, so a daemon that dies in between does them again when it comes back: free what the
 * run held, write the record, then acknowledge. Events and waiters follow the record.
 */
final class EndContainer {
  private static final Logger LOG = LoggerFactory.getLogger(EndContainer.class);

  private final ContainerTable table;
  private final ContainerProcesses processes;
  private final ContainerNetworks networks;
  private final StorageDriver storage;
  private final RunVolumes volumes;
  private final ContainerEvents events;
  private final RestartPolicies policies;
  private final RemoveContainer remove;
  private final ContainerHealth health;
  private final SharedMemory sharedMemory;

  EndContainer(
      ContainerTable table,
      ContainerProcesses processes,
      ContainerNetworks networks,
      StorageDriver storage,
      RunVolumes volumes,
      ContainerEvents events,
      RestartPolicies policies,
      RemoveContainer remove,
      ContainerHealth health,
      SharedMemory sharedMemory) {
    this.table = table;
    this.processes = processes;
    this.networks = networks;
    this.storage = storage;
    this.volumes = volumes;
    this.events = events;
    this.policies = policies;
    this.remove = remove;
    this.health = health;
    this.sharedMemory = sharedMemory;
  }

  /** Called once a run, and again after a restart of the daemon if it was not completed. */
  void ended(ExitReport report) {
    Container container = table.byId(new ContainerId(report.id()));
    if (container == null) {
      processes.delete(report.id());
      processes.acknowledge(report.id());
      return;
    }
    boolean removeNow;
    try (Container.Held held = container.lock()) {
      if (!container.state().isAlive()) {
        processes.acknowledge(report.id());
        return;
      }
      ContainerRecord record = container.record();
      HealthState lastHealth = health.end(record);
      release(container);
      RestartPolicies.Decision next = policies.decide(record, report);
      RunState ended =
          RunStateBuilder.builder(record.state())
              .status(next.restart() ? RunState.Status.RESTARTING : RunState.Status.EXITED)
              .pid(0)
              .restarts(record.state().restarts() + (next.restart() ? 1 : 0))
              .exitCode(report.code())
              .oomKilled(report.oomKilled())
              .finishedAt(report.time())
              .plugged(null)
              .health(lastHealth)
              .build();
      removeNow = record.autoRemove() && !next.restart() && !container.isBeingRestarted();
      tell(container, report);
      if (removeNow) {
        // One commit instead of two: until the record is gone it says "running", and a daemon that
        // dies here finds the exit file and comes this way again.
        remove.afterEnd(container, ended);
      } else {
        table.update(container, ended);
      }
      health.forget(record);
      processes.acknowledge(report.id());
      if (next.restart()) {
        policies.schedule(container, next);
      }
    } catch (RuntimeException e) {
      LOG.error("the end of container {} could not be completed", container.name(), e);
      throw e;
    }
  }

  private void tell(Container container, ExitReport report) {
    if (report.oomKilled()) {
      events.publish(container, "oom");
    }
    Instant started = container.state().startedAt();
    Duration ran = started == null ? Duration.ZERO : Duration.between(started, report.time());
    events.publish(
        container,
        "die",
        Map.of(
            "exitCode",
            Integer.toString(report.code()),
            "execDuration",
            Long.toString(Math.max(0, ran.toSeconds()))));
    events.volumesUnmounted(container.record());
  }

  /** Frees what a run holds: runtime state, network, mounts. Harmless when done twice. */
  void release(Container container) {
    ContainerRecord record = container.record();
    processes.delete(record.id().value());
    networks.unplug(record.id());
    try {
      storage.unmount(record.layer());
    } catch (IOException e) {
      LOG.warn("unmounting the file system of container {} failed", record.name(), e);
    }
    try {
      sharedMemory.release(record);
    } catch (IOException e) {
      LOG.warn("unmounting the shared memory of container {} failed", record.name(), e);
    }
    volumes.release(record);
  }
}
