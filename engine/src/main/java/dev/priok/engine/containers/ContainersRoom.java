package dev.priok.engine.containers;

import dev.priok.engine.containers.spec.BuildExecProcess;
import dev.priok.engine.containers.spec.BuildSpec;
import dev.priok.engine.containers.spec.ContainerDefaults;
import dev.priok.engine.containers.spec.HostFacts;
import dev.priok.engine.containers.spec.RootFiles;
import dev.priok.engine.containers.spec.ValidateConfig;
import dev.priok.engine.containers.spec.ValidateResources;
import dev.priok.engine.disk.SizeKeeper;
import dev.priok.engine.disk.Sized;
import dev.priok.engine.events.Events;
import dev.priok.engine.health.HealthChecks;
import dev.priok.engine.health.HealthFigures;
import dev.priok.engine.images.CommitImage;
import dev.priok.engine.images.ImageStore;
import dev.priok.engine.monitoring.Sampler;
import dev.priok.engine.monitoring.StatsView;
import dev.priok.engine.networks.ContainerNetworks;
import dev.priok.engine.volumes.ContainerVolumes;
import dev.priok.host.runtime.ContainerProcesses;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.kernel.cgroup.Cgroup;
import dev.priok.model.id.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the containers' room together; the daemon's wiring sees this class alone. */
public final class ContainersRoom implements AutoCloseable {
  /** How long those who were at work when the daemon was told to stop may take. */
  private static final Duration START_PATIENCE = Duration.ofSeconds(15);

  /** For the end of a killed container, on top of its own time; dockerd's. */
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(ContainersRoom.class);

  /**
   * What the room needs of others.
   *
   * @param descendants ids of an image and of those built on it, by any name of the image
   * @param imageSize bytes of an image
   * @param memoryTotal bytes of the host
   * @param execIds ids of a container's execs that have not ended
   * @param gate closed when the daemon stops
   * @param sizes of layers, kept
   */
  public record Needs(
      ContainerProcesses processes,
      ContainerNetworks networks,
      StorageDriver storage,
      ContainerVolumes volumes,
      ImageStore images,
      CommitImage commitImage,
      Function<String, Set<String>> descendants,
      ToLongFunction<Digest> imageSize,
      Events events,
      ContainerFiles files,
      ContainerLogs logs,
      HostFacts host,
      ContainerDefaults defaults,
      Function<Path, RootFiles> rootFiles,
      Function<String, Cgroup> cgroups,
      long memoryTotal,
      Function<ContainerRecord, List<String>> execIds,
      StartGate gate,
      SizeKeeper sizes) {}

  private final ContainerTable table;
  private final ContainerService service;
  private final RestartPolicies policies;
  private final RestoreContainers restore;
  private final LayerMounts layerMounts;
  private final StartContainer start;
  private final StopContainer stop;
  private final Sampler sampler;
  private final StartGate gate;
  private final HealthChecks checks;
  private final ContainerSizes sizes;

  public ContainersRoom(ContainerTable table, Needs needs) {
    this.table = table;
    this.gate = needs.gate();
    ContainerEvents events = new ContainerEvents(needs.events());
    ContainerProcesses processes = needs.processes();
    StorageDriver storage = needs.storage();
    ContainerLinks links = new ContainerLinks(table);
    RunVolumes volumes = new RunVolumes(needs.volumes(), new ImageMounts(needs.images(), storage));
    this.layerMounts =
        new LayerMounts(
            needs.files().root(),
            storage,
            record -> needs.images().resolve(record.image().value()).topChain());
    ContainerDefaults defaults = needs.defaults();
    SharedMemory sharedMemory = new SharedMemory(table, needs.files(), defaults.ids());
    PrepareSpec prepare =
        new PrepareSpec(
            table,
            links,
            needs.files(),
            volumes,
            needs.rootFiles(),
            needs.logs(),
            sharedMemory,
            defaults.ids());
    BuildSpec spec = new BuildSpec(needs.host(), defaults);
    this.sizes =
        new ContainerSizes(
            storage,
            needs.imageSize(),
            new ContainerActivity(table, needs.cgroups()),
            needs.sizes());
    this.policies = new RestartPolicies(this::startAgain);
    this.stop = new StopContainer(table, processes, events, policies);
    this.checks = new HealthChecks(needs.files().health());
    ContainerHealth health =
        new ContainerHealth(
            checks,
            processes,
            new BuildExecProcess(needs.host(), defaults),
            needs.rootFiles(),
            events,
            links);
    AttachContainer attach =
        new AttachContainer(processes, new ReadLogs(processes, needs.logs()), events);
    RemoveContainer remove =
        new RemoveContainer(
            table,
            storage,
            needs.files(),
            volumes,
            attach,
            needs.images(),
            events,
            stop,
            policies,
            needs.logs(),
            layerMounts);
    EndContainer end =
        new EndContainer(
            table,
            processes,
            needs.networks(),
            storage,
            volumes,
            events,
            policies,
            remove,
            health,
            sharedMemory);
    CheckpointFolders checkpoints = new CheckpointFolders(needs.files());
    this.start =
        new StartContainer(
            table,
            processes,
            needs.networks(),
            storage,
            spec,
            prepare,
            attach,
            end,
            remove,
            events,
            needs.logs(),
            needs.gate(),
            links,
            needs.files(),
            health,
            checkpoints);
    this.restore =
        new RestoreContainers(
            table,
            links,
            processes,
            needs.networks(),
            storage,
            needs.files(),
            volumes,
            prepare,
            end,
            remove,
            policies,
            needs.logs(),
            health,
            sharedMemory,
            layerMounts,
            checkpoints);
    PauseContainer pause = new PauseContainer(table, processes, events, health);
    this.sampler = new Sampler(() -> ContainerStats.running(table), needs.cgroups());
    this.service =
        new ContainerService(
            table,
            processes,
            events,
            gate,
            new ContainerService.Verbs(
                new CreateContainer(
                    table,
                    links,
                    needs.images(),
                    storage,
                    volumes,
                    needs.networks(),
                    needs.files(),
                    events,
                    new ValidateConfig(needs.host(), defaults),
                    needs.logs(),
                    needs.host().cgroupVersion() == 2,
                    defaults,
                    needs.gate(),
                    layerMounts),
                start,
                stop,
                pause,
                new CheckpointContainer(table, processes, events, health, checkpoints),
                new RenameContainer(table, needs.networks(), events),
                new UpdateContainer(
                    table, processes, events, new ValidateResources(needs.host()), spec),
                remove,
                new PruneContainers(table, sizes, remove, events),
                new ListContainers(table, links, sizes, needs.descendants(), health),
                new InspectContainer(
                    links,
                    needs.files(),
                    needs.logs(),
                    sizes,
                    record -> storage.details(record.layer()),
                    needs.execIds(),
                    health,
                    spec::apparmorProfile),
                new TopContainer(),
                new AwaitContainer(),
                attach,
                new ReadLogs(processes, needs.logs()),
                new ContainerStats(table, sampler, new StatsView(needs.memoryTotal())),
                new ContainerFileSystem(storage, volumes, events, defaults.ids(), sizes),
                new CommitContainer(storage, needs.commitImage(), pause, events),
                links,
                needs.files()));
    processes.onExit(end::ended);
  }

  private void startAgain(Container container) {
    start.startAgain(container);
  }

  public ContainerService service() {
    return service;
  }

  /** Layers that containers own. */
  public static Set<LayerId> layers(ContainerTable table) {
    Set<LayerId> result = new HashSet<>();
    for (Container container : table.values()) {
      result.addAll(layers(container.record()));
    }
    return result;
  }

  /** A container's own layer first, then those of the images it mounts. */
  public static List<LayerId> layers(ContainerRecord record) {
    List<LayerId> result = new ArrayList<>(List.of(record.layer()));
    ImageMounts.of(record.mounts()).forEach(m -> result.add(ImageMounts.layer(m)));
    return result;
  }

  /** Whose sizes are to be kept. */
  public List<Sized> sized() {
    return table.values().stream().map(c -> sizes.sized(c.record())).toList();
  }

  /** Takes over from the former daemon; before the first client is served. */
  public void restore() throws IOException {
    restore.restore();
    sampler.start();
  }

  /** Starts what restart policies say; when clients can be served. */
  public void startByPolicy() {
    restore.startByPolicy(start::start);
  }

  /** From now on nothing is created or started; returns when what had begun is done. */
  public void refuseStarts() {
    policies.stopRestarting();
    if (!gate.close(START_PATIENCE)) {
      LOG.error("containers are still being started; what they become shows at the next start");
    }
  }

  /**
   * Ends all containers, after {@link #refuseStarts}, side by side, each with its own signal and
   * its own time. As in Docker, that own time counts even where it is longer than the daemon's.
   *
   * @param timeoutSeconds to wait at least; negative to wait until all have ended
   */
  public void stopAll(int timeoutSeconds) {
    List<Container> alive = table.values().stream().filter(c -> c.state().isAlive()).toList();
    CountDownLatch down = new CountDownLatch(alive.size());
    long patience = timeoutSeconds < 0 ? Long.MAX_VALUE : timeoutSeconds;
    for (Container container : alive) {
      int own = stop.timeout(container, null);
      patience = own < 0 ? Long.MAX_VALUE : Math.max(patience, own + STOP_GRACE.toSeconds());
      Thread.ofVirtual()
          .name("stop-" + container.name())
          .start(() -> {
            try {
              stop.end(container, stop.signal(container, null), own);
            } catch (RuntimeException e) {
              LOG.error("container {} did not stop", container.name(), e);
            } finally {
              down.countDown();
            }
          });
    }
    try {
      if (!down.await(patience, TimeUnit.SECONDS)) {
        alive.stream()
            .filter(c -> c.state().isAlive())
            .forEach(c -> LOG.error("container {} did not stop in time", c.name()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Kills what {@link #stopAll} still waits for. */
  public void killAll() {
    for (Container container : table.values()) {
      if (container.state().isAlive()) {
        Thread.ofVirtual().name("kill-" + container.name()).start(() -> killNow(container));
      }
    }
  }

  private void killNow(Container container) {
    try {
      stop.end(container, StopSignal.KILL, 0);
    } catch (RuntimeException e) {
      LOG.error("container {} was not killed", container.name(), e);
    }
  }

  /** Whether any container has a process. */
  public boolean anyAlive() {
    return table.values().stream().anyMatch(c -> c.state().isAlive());
  }

  /** Of all health checks since the daemon's start. */
  public HealthFigures healthFigures() {
    return checks.figures();
  }

  @Override
  public void close() {
    sampler.close();
    policies.close();
    checks.close();
    layerMounts.close();
  }
}
