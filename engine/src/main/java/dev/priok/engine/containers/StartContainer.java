package dev.priok.engine.containers;

import dev.priok.engine.containers.spec.BuildSpec;
import dev.priok.engine.networks.ContainerNetworks;
import dev.priok.engine.networks.ContainerNetworks.Plugged;
import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.host.runtime.ContainerProcesses;
import dev.priok.host.runtime.CreateResult;
import dev.priok.host.runtime.CreateResult.Created;
import dev.priok.host.runtime.CreateResult.Refused;
import dev.priok.host.storage.StorageDriver;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code docker start}.
 *
 * <p>The network and the file system are made side by side; the runtime then creates the process,
 * which waits; the record says "running" durably before the process runs its first instruction. So
 * a daemon that dies at any point finds either a record that says "running" with a process or an
 * exit code to go with it, or runtime state that no record knows and that never ran: it removes
 * that.
 */
final class StartContainer {
  private static final Logger LOG = LoggerFactory.getLogger(StartContainer.class);

  private final ContainerTable table;
  private final ContainerProcesses processes;
  private final ContainerNetworks networks;
  private final StorageDriver storage;
  private final BuildSpec spec;
  private final PrepareSpec prepare;
  private final AttachContainer attach;
  private final EndContainer end;
  private final RemoveContainer remove;
  private final ContainerEvents events;
  private final ContainerLogs logs;
  private final StartGate gate;
  private final ContainerLinks links;
  private final ContainerFiles files;
  private final ContainerHealth health;
  private final CheckpointFolders checkpoints;
  private final Executor side = Executors.newVirtualThreadPerTaskExecutor();

  StartContainer(
      ContainerTable table,
      ContainerProcesses processes,
      ContainerNetworks networks,
      StorageDriver storage,
      BuildSpec spec,
      PrepareSpec prepare,
      AttachContainer attach,
      EndContainer end,
      RemoveContainer remove,
      ContainerEvents events,
      ContainerLogs logs,
      StartGate gate,
      ContainerLinks links,
      ContainerFiles files,
      ContainerHealth health,
      CheckpointFolders checkpoints) {
    this.table = table;
    this.processes = processes;
    this.networks = networks;
    this.storage = storage;
    this.spec = spec;
    this.prepare = prepare;
    this.attach = attach;
    this.end = end;
    this.remove = remove;
    this.events = events;
    this.logs = logs;
    this.gate = gate;
    this.links = links;
    this.files = files;
    this.health = health;
    this.checkpoints = checkpoints;
  }

  /** What a user's start does; {@code restarts} begin to count anew. */
  void start(Container container) {
    start(container, () -> null);
  }

  /** As the other, but its processes go on from a checkpoint. */
  void startFrom(Container container, String checkpoint, @Nullable String folder) {
    start(
        container,
        () -> {
          Path images = checkpoints.find(container, checkpoint, folder);
          CheckpointFolders.checkTrust(images);
          return images;
        });
  }

  private void start(Container container, Images images) {
    try (StartGate.Pass pass = gate.enter();
        Container.Held held = container.lock()) {
      switch (container.state().status()) {
        case RUNNING, RESTARTING -> throw EngineException.notModified();
        case PAUSED ->
            throw EngineException.conflict("cannot start a paused container, try unpause instead");
        case REMOVING, DEAD ->
            throw EngineException.conflict("container is marked for removal and cannot be started");
        default -> run(container, 0, images);
      }
    }
  }

  /** What a restart policy does; nothing where somebody stopped or removed it meanwhile. */
  void startAgain(Container container) {
    if (gate.isClosed()) {
      return; // the record says "restarting": the next daemon goes on with it
    }
    try (StartGate.Pass pass = gate.enter();
        Container.Held held = container.lock()) {
      if (!container.isRemoved() && container.state().status() == RunState.Status.RESTARTING) {
        run(container, container.state().restarts(), () -> null);
      }
    }
  }

  private void run(Container container, int restarts, Images from) {
    if (container.isRemoved()) {
      throw EngineException.notFound("No such container: %s", container.id());
    }
    ContainerRecord record = container.record();
    try {
      Path images = from.find();
      links.check(record);
      Path rootfs = storage.mount(record.layer());
      boolean late = prepare.isPluggedLate(record);
      CompletableFuture<@Nullable Plugged> network =
          late
              ? CompletableFuture.completedFuture(null)
              : CompletableFuture.supplyAsync(() -> plug(record), side);
      CreateResult result;
      List<ResolvedMount> mounts;
      try (PrepareSpec.Prepared prepared = prepared(record, rootfs, network)) {
        logs.open(record);
        byte[] config = spec.build(prepare.request(record, rootfs, prepared, network.join()));
        result =
            images == null
                ? processes.create(prepare.supervision(record), config)
                : processes.restore(prepare.supervision(record), config, images);
        mounts = prepared.mounts().recorded();
      }
      Plugged plugged = network.join();
      switch (result) {
        case Refused refused -> throw new StartRefused(refused.message(), refused.exitCode());
        case Created created ->
            running(
                container,
                created,
                late ? plugLate(record, created) : plugged,
                mounts,
                restarts,
                images == null);
      }
    } catch (StartRefused e) {
      failed(container, e.getMessage(), e.exitCode);
      // A command that is not there or cannot run is the client's mistake, the rest the host's.
      boolean command = e.exitCode == 126 || e.exitCode == 127;
      throw new EngineException(
          command ? ErrorKind.INVALID : ErrorKind.INTERNAL, e.getMessage(), e);
    } catch (EngineException e) {
      failed(container, e.getMessage(), 128);
      throw e;
    } catch (IOException e) {
      String message = "cannot start container " + record.name() + ": " + e.getMessage();
      failed(container, message, 128);
      throw EngineException.internal(message, e);
    } catch (RuntimeException e) {
      failed(container, String.valueOf(e.getMessage()), 128);
      throw e;
    }
  }

  private PrepareSpec.Prepared prepared(
      ContainerRecord record, Path rootfs, CompletableFuture<@Nullable Plugged> network)
      throws IOException {
    PrepareSpec.Prepared prepared;
    try {
      prepared = prepare.fileSystem(record, rootfs);
    } catch (IOException | RuntimeException e) {
      // The network must be known before it can be undone; the first failure is the one told.
      network.exceptionally(also -> null).join();
      throw e;
    }
    try {
      await(network);
      return prepared;
    } catch (RuntimeException e) {
      prepared.close();
      throw e;
    }
  }

  private @Nullable Plugged plug(ContainerRecord record) {
    return NetworkWishes.isPlugged(record.hostConfig())
        ? networks.plug(links.attachment(record))
        : null;
  }

  private Plugged plugLate(ContainerRecord record, Created created) throws IOException {
    Plugged plugged = networks.plugInto(NetworkWishes.attachment(record), created.pid());
    prepare.writeNameFiles(record, plugged);
    return plugged;
  }

  private static void await(CompletableFuture<@Nullable Plugged> network) {
    try {
      network.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof EngineException refusal) {
        throw refusal;
      }
      throw e;
    }
  }

  private void running(
      Container container,
      Created created,
      @Nullable Plugged plugged,
      List<ResolvedMount> mounts,
      int restarts,
      boolean waits) {
    ContainerRecord record = container.record();
    attach.created(record.id(), created.attachment());
    logs.begin(record, created.attachment().follow());
    RunState state =
        RunStateBuilder.builder(record.state())
            .status(RunState.Status.RUNNING)
            .pid(created.pid())
            .exitCode(0)
            .error("")
            .oomKilled(false)
            .stopAsked(false)
            .restarts(restarts)
            .startedAt(Instant.now())
            .plugged(plugged)
            .build();
    ContainerRecordBuilder changed =
        ContainerRecordBuilder.builder(record).state(state).mounts(mounts);
    if (plugged != null && !NetworkWishes.isNone(record.hostConfig())) {
      changed.networks(plugged.networks());
    }
    table.update(container, changed.build());
    if (waits) {
      processes.start(record.id().value());
    }
    links.started(container, files);
    events.volumesMounted(record);
    events.publish(container, "start");
    health.begin(container);
  }

  /** Undoes what was done; the caller throws. The container's record keeps the reason. */
  private void failed(Container container, String message, int exitCode) {
    LOG.info("container {} could not be started: {}", container.name(), message);
    attach.abandoned(container.id());
    logs.forget(container.id());
    end.release(container);
    processes.acknowledge(container.id().value());
    RunState state =
        RunStateBuilder.builder(container.state())
            .status(
                container.state().startedAt() == null
                    ? RunState.Status.CREATED
                    : RunState.Status.EXITED)
            .pid(0)
            .exitCode(exitCode)
            .error(message)
            .plugged(null)
            .build();
    if (container.record().autoRemove()) {
      remove.afterEnd(container, state);
    } else {
      table.update(container, state);
    }
  }

  /** Finds what a container's processes go on from; null for a new process. */
  @FunctionalInterface
  private interface Images {
    @Nullable Path find() throws IOException;
  }

  /** Carries the runtime's refusal past what is to be undone. */
  private static final class StartRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    StartRefused(String message, int exitCode) {
      super(message);
      this.exitCode = exitCode;
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }
}
