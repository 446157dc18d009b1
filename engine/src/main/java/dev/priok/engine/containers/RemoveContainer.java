package dev.priok.engine.containers;

import dev.priok.engine.containers.Containers.RemoveOptions;
import dev.priok.engine.images.ImageStore;
import dev.priok.host.storage.StorageDriver;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code docker rm}, and the end of a container that removes itself.
 *
 * <p>Order: what can be found again through the record goes first (layer, files), the record last.
 * A daemon that dies in between finds the record in state "removing" or "exited" and removes again.
 */
final class RemoveContainer {
  private static final Logger LOG = LoggerFactory.getLogger(RemoveContainer.class);

  private final ContainerTable table;
  private final StorageDriver storage;
  private final ContainerFiles files;
  private final RunVolumes volumes;
  private final AttachContainer attach;
  private final ImageStore images;
  private final ContainerEvents events;
  private final StopContainer stop;
  private final RestartPolicies policies;
  private final ContainerLogs logs;
  private final LayerMounts layerMounts;

  RemoveContainer(
      ContainerTable table,
      StorageDriver storage,
      ContainerFiles files,
      RunVolumes volumes,
      AttachContainer attach,
      ImageStore images,
      ContainerEvents events,
      StopContainer stop,
      RestartPolicies policies,
      ContainerLogs logs,
      LayerMounts layerMounts) {
    this.table = table;
    this.storage = storage;
    this.files = files;
    this.volumes = volumes;
    this.attach = attach;
    this.images = images;
    this.events = events;
    this.stop = stop;
    this.policies = policies;
    this.logs = logs;
    this.layerMounts = layerMounts;
  }

  void remove(Container container, RemoveOptions options) {
    if (options.force()) {
      forceDown(container);
    }
    try (Container.Held held = container.lock()) {
      if (container.isRemoved() && options.force()) {
        return; // it removed itself when it was killed
      }
      if (container.isRemoved()) {
        throw EngineException.notFound("No such container: %s", container.id());
      }
      switch (container.state().status()) {
        case RUNNING, RESTARTING ->
            throw EngineException.conflict(
                "cannot remove container \"%s\": container is running: stop the container before"
                    + " removing or force remove",
                container.name());
        case PAUSED ->
            throw EngineException.conflict(
                "cannot remove container \"%s\": container is paused and must be unpaused first",
                container.name());
        default -> destroy(container, container.state(), options.volumes());
      }
    }
  }

  private void forceDown(Container container) {
    try (Container.Held held = container.lock()) {
      if (container.state().status() == RunState.Status.RESTARTING) {
        policies.cancel(container);
        table.update(
            container,
            RunStateBuilder.builder(container.state())
                .status(RunState.Status.EXITED)
                .stopAsked(true)
                .build());
      } else if (container.state().isAlive() && !container.state().stopAsked()) {
        table.update(container, RunStateBuilder.builder(container.state()).stopAsked(true).build());
      }
    }
    stop.end(container, StopSignal.KILL, 10);
  }

  /** For a container with auto-remove, whose run has just ended; the caller holds the lock. */
  void afterEnd(Container container, RunState ended) {
    try {
      destroy(container, ended, true);
    } catch (RuntimeException e) {
      LOG.error("container {} could not be removed after its end", container.name(), e);
      table.update(container, ended);
      container.removalFailed(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  /** Completes a removal that a former daemon began; volumes nobody may have meant stay. */
  void again(Container container) {
    ContainerRecord record = container.record();
    try {
      destroy(container, record.state(), record.autoRemove());
    } catch (RuntimeException e) {
      LOG.error("container {} could not be removed", record.name(), e);
    }
  }

  private void destroy(Container container, RunState last, boolean anonymousVolumes) {
    ContainerRecord record = container.record();
    if (!record.state().isAlive()) {
      // One that says "running" is found again by its exit code, and comes this way again.
      mark(container, RunState.Status.REMOVING);
    }
    logs.lastLines(record, last.finishedAt());
    try {
      storage.remove(record.layer());
      layerMounts.removed(record);
      volumes.removing(record);
      FolderTree.delete(files.folder(record.id()));
    } catch (IOException e) {
      if (!container.state().isAlive()) {
        mark(container, RunState.Status.DEAD);
      }
      throw EngineException.internal(
          "unable to remove filesystem for %s: %s".formatted(record.id(), e.getMessage()), e);
    }
    volumes.containerGoes(record, anonymousVolumes);
    table.remove(container, record.with(last));
    volumes.containerRemoved(record, anonymousVolumes);
    attach.abandoned(record.id());
    images.containerRemoved(record.image());
    events.publish(container, "destroy");
  }

  private void mark(Container container, RunState.Status status) {
    table.update(container, RunStateBuilder.builder(container.state()).status(status).build());
  }
}
