package dev.priok.engine.containers;

import dev.priok.host.runtime.ContainerProcesses;
import dev.priok.model.error.EngineException;

/** {@code docker pause} and {@code unpause}: all processes of a container, frozen by its cgroup. */
final class PauseContainer {
  private final ContainerTable table;
  private final ContainerProcesses processes;
  private final ContainerEvents events;
  private final ContainerHealth health;

  PauseContainer(
      ContainerTable table,
      ContainerProcesses processes,
      ContainerEvents events,
      ContainerHealth health) {
    this.table = table;
    this.processes = processes;
    this.events = events;
    this.health = health;
  }

  void pause(Container container) {
    try (Container.Held held = container.lock()) {
      switch (container.state().status()) {
        case RUNNING -> {
          // Frozen first, recorded second: a daemon that dies between finds a frozen cgroup and
          // says so (RestoreContainers).
          // A probe under way is ended before it freezes: frozen, it could not die (cgroup v1).
          health.paused(container);
          try {
            processes.pause(container.id().value());
          } catch (RuntimeException e) {
            health.resumed(container);
            throw e;
          }
          become(container, RunState.Status.PAUSED);
          events.publish(container, "pause");
        }
        case PAUSED ->
            throw EngineException.conflict("container %s is already paused", container.id());
        case RESTARTING ->
            throw EngineException.conflict(
                "container %s is restarting, wait until the container is running", container.id());
        default -> throw EngineException.conflict("container %s is not running", container.id());
      }
    }
  }

  void unpause(Container container) {
    try (Container.Held held = container.lock()) {
      if (container.state().status() != RunState.Status.PAUSED) {
        throw EngineException.conflict("Container %s is not paused", container.id());
      }
      processes.resume(container.id().value());
      become(container, RunState.Status.RUNNING);
      health.resumed(container);
      events.publish(container, "unpause");
    }
  }

  private void become(Container container, RunState.Status status) {
    table.update(container, RunStateBuilder.builder(container.state()).status(status).build());
  }
}
