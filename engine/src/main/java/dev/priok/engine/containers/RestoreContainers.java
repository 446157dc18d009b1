package dev.priok.engine.containers;

import dev.priok.engine.networks.ContainerNetworks;
import dev.priok.engine.networks.ContainerNetworks.Plugged;
import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.host.runtime.Adoption;
import dev.priok.host.runtime.ContainerProcesses;
import dev.priok.host.runtime.ExitReport;
import dev.priok.host.storage.StorageDriver;
import dev.priok.model.id.ContainerId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a daemon does with the containers of the one before it, however that ended: takes back those
 * that run, completes the end of those that ended meanwhile, removes what no record explains.
 */
final class RestoreContainers {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreContainers.class);

  /** Docker's exit code for a container whose end nobody saw, after a power failure for one. */
  private static final int UNKNOWN_EXIT = 255;

  /** How long a container waits for one that it links to; Docker's measure. */
  private static final long LINK_PATIENCE_SECONDS = 5;

  private final ContainerTable table;
  private final ContainerLinks links;
  private final ContainerProcesses processes;
  private final ContainerNetworks networks;
  private final StorageDriver storage;
  private final ContainerFiles files;
  private final RunVolumes volumes;
  private final PrepareSpec prepare;
  private final EndContainer end;
  private final RemoveContainer remove;
  private final RestartPolicies policies;
  private final ContainerLogs logs;
  private final ContainerHealth health;
  private final SharedMemory sharedMemory;
  private final LayerMounts layerMounts;
  private final CheckpointFolders checkpoints;

  RestoreContainers(
      ContainerTable table,
      ContainerLinks links,
      ContainerProcesses processes,
      ContainerNetworks networks,
      StorageDriver storage,
      ContainerFiles files,
      RunVolumes volumes,
      PrepareSpec prepare,
      EndContainer end,
      RemoveContainer remove,
      RestartPolicies policies,
      ContainerLogs logs,
      ContainerHealth health,
      SharedMemory sharedMemory,
      LayerMounts layerMounts,
      CheckpointFolders checkpoints) {
    this.table = table;
    this.links = links;
    this.processes = processes;
    this.networks = networks;
    this.storage = storage;
    this.files = files;
    this.volumes = volumes;
    this.prepare = prepare;
    this.end = end;
    this.remove = remove;
    this.policies = policies;
    this.logs = logs;
    this.health = health;
    this.sharedMemory = sharedMemory;
    this.layerMounts = layerMounts;
    this.checkpoints = checkpoints;
  }

  void restore() throws IOException {
    // All of them first: an end that is completed below must not take from under others what they
    // use as well.
    for (Container container : table.values()) {
      if (container.state().isAlive()) {
        volumes.claim(container.record());
      }
    }
    for (Container container : table.values()) {
      if (container.state().isAlive()) {
        adopt(container);
      }
    }
    for (String id : processes.leftovers()) {
      LOG.info("removing what is left of a start that was never completed: {}", id);
      processes.delete(id);
      processes.acknowledge(id);
    }
    volumes.tidy();
    networks.reconcile();
    policies.begin();
    for (Container container : table.values()) {
      if (!container.state().isAlive()) {
        tidy(container);
      }
    }
    removeOrphanFolders();
    layerMounts.restore(table.values().stream().map(Container::record).toList());
  }

  private void adopt(Container container) {
    try {
      switch (processes.readopt(prepare.supervision(container.record()))) {
        case Adoption.Running running when running.started() -> readopt(container, running.pid());
        case Adoption.Running neverStarted -> forgetStart(container);
        case Adoption.Ended ended -> end.ended(ended.exit());
        case Adoption.Lost lost -> {
          LOG.warn("container {} is gone: {}", container.name(), lost.reason());
          end.ended(new ExitReport(container.id().value(), UNKNOWN_EXIT, Instant.now(), false));
        }
      }
    } catch (IOException | RuntimeException e) {
      // One container that cannot be taken back must not keep the daemon from serving the others.
      LOG.error("container {} could not be taken back", container.name(), e);
    }
  }

  private void readopt(Container container, int pid) throws IOException {
    try (Container.Held held = container.lock()) {
      ContainerRecord record = container.record();
      storage.mount(record.layer());
      volumes.readopt(record);
      Plugged plugged = record.state().plugged();
      if (plugged != null) {
        Plugged again = networks.readopt(links.attachment(record), plugged, pid);
        table.update(
            container, RunStateBuilder.builder(record.state()).pid(pid).plugged(again).build());
      }
      processes
          .attachment(record.id().value())
          .ifPresent(streams -> logs.resume(record, streams.follow()));
      recoverCheckpoint(container);
      health.takeOver(container);
      LOG.info("container {} runs on as process {}", record.name(), pid);
    }
  }

  /** A checkpoint that was being made is taken away, and what it has frozen goes on. */
  private void recoverCheckpoint(Container container) throws IOException {
    boolean found =
        checkpoints.recover(
            container.id(),
            images -> {
              if (container.state().status() != RunState.Status.PAUSED) {
                processes.afterBrokenCheckpoint(container.id().value(), images);
              }
            });
    if (found) {
      LOG.info(
          "the daemon ended while it made a checkpoint of container {}: the container goes on, and"
              + " a checkpoint that is not complete is removed",
          container.name());
    }
  }

  /** The former daemon died after the record was written and before the process could run. */
  private void forgetStart(Container container) {
    try (Container.Held held = container.lock()) {
      LOG.info("the start of container {} was not completed and is undone", container.name());
      end.release(container);
      processes.acknowledge(container.id().value());
      RunState state = container.state();
      if (state.restarts() > 0) {
        // It was the restart policy's start: that is due still.
        table.update(
            container,
            RunStateBuilder.builder(state)
                .status(RunState.Status.RESTARTING)
                .pid(0)
                .plugged(null)
                .build());
        return;
      }
      table.update(
          container,
          RunStateBuilder.builder(state)
              .status(state.finishedAt() == null ? RunState.Status.CREATED : RunState.Status.EXITED)
              .startedAt(state.finishedAt() == null ? null : state.startedAt())
              .pid(0)
              .plugged(null)
              .build());
    }
  }

  /** Mounts and half-done removals of containers that do not run. */
  private void tidy(Container container) throws IOException {
    ContainerRecord record = container.record();
    recoverCheckpoint(container);
    storage.unmount(record.layer());
    logs.complete(record);
    sharedMemory.release(record);
    for (ResolvedMount image : ImageMounts.of(record.mounts())) {
      storage.unmount(ImageMounts.layer(image));
    }
    if (record.state().status() == RunState.Status.REMOVING) {
      try (Container.Held held = container.lock()) {
        remove.again(container);
      }
    } else if (record.state().status() == RunState.Status.RESTARTING) {
      policies.schedule(container, new RestartPolicies.Decision(true, Duration.ZERO));
    } else if (record.autoRemove() && record.state().finishedAt() != null) {
      try (Container.Held held = container.lock()) {
        remove.afterEnd(container, record.state());
      }
    }
  }

  private void removeOrphanFolders() throws IOException {
    if (!Files.isDirectory(files.durableRoot())) {
      return;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(files.durableRoot())) {
      for (Path folder : folders) {
        String name = folder.getFileName().toString();
        if (name.matches("[0-9a-f]{64}") && table.byId(new ContainerId(name)) == null) {
          LOG.info("removing the folder of a container that was never completed: {}", name);
          FolderTree.delete(folder);
        }
      }
    }
  }

  /**
   * Starts what is to run whenever the daemon does; after clients can already ask. A container
   * comes after those that it links to.
   */
  void startByPolicy(Consumer<Container> start) {
    Map<Container, CountDownLatch> started = new HashMap<>();
    for (Container container : table.values()) {
      if (container.state().status() == RunState.Status.EXITED
          && RestartPolicies.startsWithDaemon(container.record())) {
        started.put(container, new CountDownLatch(1));
      }
    }
    started.forEach((container, done) ->
        Thread.ofVirtual()
            .name("start-" + container.name())
            .start(() -> {
              try {
                awaitLinked(container, started);
                start.accept(container);
              } catch (RuntimeException e) {
                LOG.warn("container {} could not be started: {}", container.name(), e.getMessage());
              } finally {
                done.countDown();
              }
            }));
  }

  /** Not for ever: two containers may link to each other. */
  private void awaitLinked(Container container, Map<Container, CountDownLatch> started) {
    for (ContainerLinks.Link link : links.of(container.record())) {
      CountDownLatch other = started.get(link.to());
      try {
        if (other != null && !other.await(LINK_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          LOG.warn("{} is not up; {} links to it", link.to().name(), container.name());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
