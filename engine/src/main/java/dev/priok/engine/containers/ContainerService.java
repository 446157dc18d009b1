package dev.priok.engine.containers;

import dev.priok.engine.Filters;
import dev.priok.engine.streams.ByteSink;
import dev.priok.engine.streams.MessageSink;
import dev.priok.engine.streams.StreamUpgrade;
import dev.priok.host.runtime.Attachment;
import dev.priok.host.runtime.ContainerProcesses;
import dev.priok.model.api.container.CheckpointCreateRequest;
import dev.priok.model.api.container.CheckpointSummary;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.ContainerCreateRequest;
import dev.priok.model.api.container.ContainerCreateResponse;
import dev.priok.model.api.container.ContainerInspectResponse;
import dev.priok.model.api.container.ContainerPruneResponse;
import dev.priok.model.api.container.ContainerSummary;
import dev.priok.model.api.container.ContainerTopResponse;
import dev.priok.model.api.container.ContainerUpdateRequest;
import dev.priok.model.api.container.ContainerUpdateResponse;
import dev.priok.model.api.container.ContainerWaitResponse;
import dev.priok.model.api.container.FilesystemChange;
import dev.priok.model.api.exec.IDResponse;
import dev.priok.model.api.stats.ContainerStatsResponse;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The containers' room: finds the container a call names and hands it to the verb. */
public final class ContainerService implements Containers {
  private final ContainerTable table;
  private final ContainerProcesses processes;
  private final ContainerEvents events;
  private final StartGate gate;
  private final Verbs verbs;

  /** One object a verb. */
  record Verbs(
      CreateContainer create,
      StartContainer start,
      StopContainer stop,
      PauseContainer pause,
      CheckpointContainer checkpoint,
      RenameContainer rename,
      UpdateContainer update,
      RemoveContainer remove,
      PruneContainers prune,
      ListContainers list,
      InspectContainer inspect,
      TopContainer top,
      AwaitContainer await,
      AttachContainer attach,
      ReadLogs logs,
      ContainerStats stats,
      ContainerFileSystem files,
      CommitContainer commit,
      ContainerLinks links,
      ContainerFiles folders) {}

  ContainerService(
      ContainerTable table,
      ContainerProcesses processes,
      ContainerEvents events,
      StartGate gate,
      Verbs verbs) {
    this.table = table;
    this.processes = processes;
    this.events = events;
    this.gate = gate;
    this.verbs = verbs;
  }

  @Override
  public ContainerCreateResponse create(
      @Nullable String name, @Nullable String platform, ContainerCreateRequest request) {
    return verbs.create.create(name, platform, request);
  }

  @Override
  public void start(
      String container, @Nullable String checkpoint, @Nullable String checkpointFolder) {
    if (checkpoint == null) {
      verbs.start.start(table.get(container));
    } else {
      verbs.start.startFrom(table.get(container), checkpoint, checkpointFolder);
    }
  }

  @Override
  public void checkpoint(String container, CheckpointCreateRequest request) {
    verbs.checkpoint.checkpoint(table.get(container), request);
  }

  @Override
  public List<CheckpointSummary> checkpoints(String container, @Nullable String folder) {
    return verbs.checkpoint.list(table.get(container), folder);
  }

  @Override
  public void removeCheckpoint(String container, String checkpoint, @Nullable String folder) {
    verbs.checkpoint.remove(table.get(container), checkpoint, folder);
  }

  @Override
  public void stop(String container, @Nullable String signal, @Nullable Integer timeoutSeconds) {
    verbs.stop.stop(table.get(container), signal, timeoutSeconds);
  }

  @Override
  public void restart(String container, @Nullable String signal, @Nullable Integer timeoutSeconds) {
    gate.check();
    Container target = table.get(container);
    StopSignal asked = verbs.stop.signal(target, signal);
    int timeout = verbs.stop.timeout(target, timeoutSeconds);
    // Docker keeps a container of --rm that is restarted.
    target.beingRestarted(true);
    try {
      if (target.state().isAlive() || target.state().status() == RunState.Status.RESTARTING) {
        try {
          verbs.stop.stop(target, Integer.toString(asked.number()), timeout);
        } catch (EngineException e) {
          // It ended by itself between the look and the stop; then it is down, as wanted.
          if (e.kind() != ErrorKind.NOT_MODIFIED) {
            throw e;
          }
        }
      }
      verbs.start.start(target);
    } finally {
      target.beingRestarted(false);
    }
    events.publish(target, "restart");
  }

  @Override
  public void kill(String container, @Nullable String signal) {
    verbs.stop.kill(table.get(container), signal);
  }

  @Override
  public void pause(String container) {
    verbs.pause.pause(table.get(container));
  }

  @Override
  public void unpause(String container) {
    verbs.pause.unpause(table.get(container));
  }

  @Override
  public void rename(String container, String newName) {
    verbs.rename.rename(table.get(container), newName);
  }

  @Override
  public void resize(String container, int rows, int columns) {
    Container target = table.get(container);
    Attachment attachment = processes.attachment(target.id().value()).orElse(null);
    if (!target.state().isAlive() || attachment == null) {
      throw EngineException.conflict("container %s is not running", target.id());
    }
    try {
      attachment.resize(rows, columns);
    } catch (IOException e) {
      throw EngineException.internal(
          "cannot resize container " + target.name() + ": " + e.getMessage(), e);
    }
    events.publish(
        target,
        "resize",
        Map.of("height", Integer.toString(rows), "width", Integer.toString(columns)));
  }

  @Override
  public ContainerUpdateResponse update(String container, ContainerUpdateRequest request) {
    return verbs.update.update(table.get(container), request);
  }

  @Override
  public void remove(String container, RemoveOptions options) {
    if (options.link()) {
      verbs.links.remove(container, verbs.folders);
      return;
    }
    verbs.remove.remove(table.get(container), options);
  }

  @Override
  public ContainerPruneResponse prune(Filters filters) {
    return verbs.prune.prune(filters);
  }

  @Override
  public List<ContainerSummary> list(ListOptions options) {
    return verbs.list.list(options);
  }

  @Override
  public ContainerInspectResponse inspect(String container, boolean withSize) {
    return verbs.inspect.inspect(table.get(container), withSize);
  }

  @Override
  public ContainerTopResponse top(String container, @Nullable String psArguments) {
    Container target = table.get(container);
    if (target.state().status() == RunState.Status.RESTARTING) {
      throw EngineException.conflict(
          "container %s is restarting, wait until the container is running", target.id());
    }
    if (!target.state().isAlive()) {
      throw EngineException.conflict("container %s is not running", target.id());
    }
    ContainerTopResponse found =
        verbs.top.top(new HashSet<>(processes.pids(target.id().value())), psArguments);
    events.publish(target, "top");
    return found;
  }

  @Override
  public ContainerWaitResponse await(String container, WaitCondition condition, Runnable opened) {
    return verbs.await.await(table.get(container), condition, opened);
  }

  @Override
  public void attach(String container, AttachOptions options, StreamUpgrade upgrade) {
    verbs.attach.attach(table.get(container), options, upgrade);
  }

  @Override
  public void logs(String container, LogOptions options, StreamUpgrade upgrade) {
    verbs.logs.logs(table.get(container), options, upgrade);
  }

  @Override
  public void stats(
      String container, boolean stream, boolean oneShot, MessageSink<ContainerStatsResponse> sink) {
    verbs.stats.stats(table.get(container), stream, oneShot, sink);
  }

  @Override
  public List<FilesystemChange> changes(String container) {
    return verbs.files.changes(table.get(container));
  }

  @Override
  public void export(String container, ByteSink sink) {
    verbs.files.export(table.get(container), sink);
  }

  @Override
  public PathStat statPath(String container, String path) {
    return verbs.files.stat(table.get(container), path);
  }

  @Override
  public void readArchive(
      String container, String path, Consumer<PathStat> beforeBody, ByteSink sink) {
    verbs.files.read(table.get(container), path, beforeBody, sink);
  }

  @Override
  public void writeArchive(
      String container, String path, WriteArchiveOptions options, InputStream tar) {
    verbs.files.write(table.get(container), path, options, tar);
  }

  @Override
  public IDResponse commit(CommitOptions options, @Nullable ContainerConfig config) {
    return verbs.commit.commit(table.get(options.container()), options, config);
  }
}
