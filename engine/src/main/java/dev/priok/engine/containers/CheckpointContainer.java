package dev.priok.engine.containers;

import dev.priok.engine.containers.CheckpointFolders.Making;
import dev.priok.host.runtime.ContainerProcesses;
import dev.priok.model.api.container.CheckpointCreateRequest;
import dev.priok.model.api.container.CheckpointSummary;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code docker checkpoint}: the processes of a container, memory and all, written to a folder from
 * which {@code docker start --checkpoint} makes them again. The file system is not part of it.
 *
 * <p>Where the container is to end, it is frozen first and killed only when the checkpoint is on
 * the disk under its name: a daemon that dies in between loses neither. The next one finds the note
 * of what was begun, takes it away and lets the container go on.
 */
final class CheckpointContainer {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointContainer.class);
  private static final long KILL_PATIENCE_MILLIS = 10_000;

  private final ContainerTable table;
  private final ContainerProcesses processes;
  private final ContainerEvents events;
  private final ContainerHealth health;
  private final CheckpointFolders folders;

  CheckpointContainer(
      ContainerTable table,
      ContainerProcesses processes,
      ContainerEvents events,
      ContainerHealth health,
      CheckpointFolders folders) {
    this.table = table;
    this.processes = processes;
    this.events = events;
    this.health = health;
    this.folders = folders;
  }

  void checkpoint(Container container, CheckpointCreateRequest request) {
    String name = request.checkpointID() == null ? "" : request.checkpointID();
    CheckpointFolders.checkName(name);
    boolean exit = Boolean.TRUE.equals(request.exit());
    int ends;
    try (Container.Held held = container.lock()) {
      if (!container.state().isAlive()) {
        throw EngineException.conflict("container %s is not running", container.id());
      }
      ends = container.ends();
      Making making = folders.begin(container, name, request.checkpointDir());
      try {
        dump(container, making, exit);
      } catch (EngineException | IOException e) {
        abandon(making);
        throw e;
      }
      events.publish(container, "checkpoint");
    } catch (IOException e) {
      throw refusal(container, ErrorKind.INTERNAL, e);
    } catch (EngineException e) {
      throw e.kind() == ErrorKind.INTERNAL || e.kind() == ErrorKind.NOT_IMPLEMENTED
          ? refusal(container, e.kind(), e)
          : e;
    }
    if (exit) {
      awaitEnd(container, ends);
    }
  }

  private void dump(Container container, Making making, boolean exit) throws IOException {
    String id = container.id().value();
    boolean running = container.state().status() == RunState.Status.RUNNING;
    boolean frozen = !running;
    boolean killed = false;
    if (running) {
      // A health check's process is no child of the first one: CRIU could not write it down.
      health.paused(container);
    }
    try {
      if (running && exit) {
        processes.pause(id);
        frozen = true;
      }
      processes.checkpoint(id, making.partial());
      making.complete();
      if (exit) {
        kill(container);
        killed = true;
      }
      // Not before: who finds the note lets go what was frozen here.
      making.forget();
    } catch (EngineException | IOException e) {
      if (frozen && running) {
        letGoOn(id, e);
      }
      throw e;
    } finally {
      if (running && !killed) {
        health.resumed(container);
      }
    }
  }

  /** CRIU may have done so itself; then this fails, and the first failure is the one told. */
  private void letGoOn(String id, Exception why) {
    try {
      processes.resume(id);
    } catch (EngineException e) {
      why.addSuppressed(e);
    }
  }

  /** Not for a restart policy to begin it anew: who goes on from a checkpoint says when. */
  private void kill(Container container) {
    table.update(container, RunStateBuilder.builder(container.state()).stopAsked(true).build());
    processes.signal(container.id().value(), StopSignal.KILL.number());
  }

  private static void abandon(Making making) {
    try {
      making.abandon();
    } catch (IOException e) {
      LOG.warn("what is left of a checkpoint could not be removed: {}", making.partial(), e);
    }
  }

  private static EngineException refusal(Container container, ErrorKind kind, Exception e) {
    return new EngineException(
        kind, "Cannot checkpoint container %s: %s".formatted(container.name(), e.getMessage()), e);
  }

  private static void awaitEnd(Container container, int ends) {
    try {
      if (!container.awaitEnd(ends, KILL_PATIENCE_MILLIS)) {
        throw EngineException.internal(
            "container " + container.name() + " has a checkpoint, but does not end", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  List<CheckpointSummary> list(Container container, @Nullable String folder) {
    try {
      return folders.names(container, folder).stream().map(CheckpointSummary::new).toList();
    } catch (IOException e) {
      throw EngineException.internal("cannot list checkpoints: " + e.getMessage(), e);
    }
  }

  void remove(Container container, String name, @Nullable String folder) {
    CheckpointFolders.checkName(name);
    try (Container.Held held = container.lock()) {
      folders.remove(container, name, folder);
    } catch (IOException e) {
      throw EngineException.internal("cannot remove checkpoint " + name + ": " + e.getMessage(), e);
    }
  }
}
