package dev.priok.host.runtime;

import dev.priok.host.logging.LogCeiling;
import dev.priok.host.runtime.CreateResult.Created;
import dev.priok.host.runtime.CreateResult.Refused;
import dev.priok.host.runtime.Supervised.Live;
import dev.priok.host.runtime.SyncPipe.Message;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.process.Pidfd;
import dev.priok.kernel.process.ProcessTable;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link ContainerProcesses} with conmon as supervisor and an OCI runtime under it. */
public final class ConmonProcesses implements ContainerProcesses {
  private static final Logger LOG = LoggerFactory.getLogger(ConmonProcesses.class);

  /** Begins the ids of execs that are probes of {@link #probe}. */
  private static final String PROBE = "probe-";

  private final EventLoop loop;
  private final OciRuntimes runtimes;
  private final RuntimeLayout layout;
  private final RuntimeCommand command;
  private final Conmon conmon;
  private final ConmonExecs execs;
  private final JoinPrograms programs;
  private final DirectExecs directExecs;
  private final DirectProbes probes;
  private final AdoptContainer adopt;
  private final AdoptExecs adoptExecs;
  private final RemoveContainer remove;
  private final Checkpoints checkpoints;
  private final ExitDirectory exits;
  private final List<Path> cgroupMounts;
  private final LogCeiling ceiling;
  private final CgroupViews cgroups = new CgroupViews();
  private final SeccompFilters filters = new SeccompFilters();
  private final Map<String, Supervised> supervised = new ConcurrentHashMap<>();
  private volatile @Nullable Consumer<ExitReport> listener;

  /**
   * Opens the room under the daemon's {@code --exec-root}.
   *
   * @param loop watches everything; stays the caller's
   */
  public ConmonProcesses(EventLoop loop, Path execRoot, OciRuntimes runtimes) throws IOException {
    this(loop, execRoot, runtimes, LogCeiling.none());
  }

  /**
   * As the other, with a limit of all containers' logs together.
   *
   * @param ceiling told of what is written; asks for rotations
   */
  public ConmonProcesses(EventLoop loop, Path execRoot, OciRuntimes runtimes, LogCeiling ceiling)
      throws IOException {
    this.loop = loop;
    this.ceiling = ceiling;
    this.runtimes = runtimes;
    this.layout = new RuntimeLayout(execRoot);
    this.command = new RuntimeCommand(loop, layout);
    this.conmon = new Conmon(loop, layout);
    this.execs = new ConmonExecs(loop, layout, conmon);
    this.cgroupMounts = CgroupDirectories.mounts();
    this.programs = new JoinPrograms(filters, cgroupMounts);
    this.directExecs = new DirectExecs(loop, layout, programs);
    this.probes = new DirectProbes(loop, programs);
    this.exits =
        new ExitDirectory(loop, layout.exits(), id -> Thread.ofVirtual().start(() -> exited(id)));
    this.adopt = new AdoptContainer(layout, exits);
    this.adoptExecs = new AdoptExecs(loop);
    this.checkpoints = new Checkpoints(loop, layout);
    this.remove = new RemoveContainer(layout, runtimes, cgroupMounts);
  }

  @Override
  public CreateResult create(Supervision settings, byte[] config) {
    return make(settings, config, null);
  }

  @Override
  public CreateResult restore(Supervision settings, byte[] config, Path images) {
    return make(settings, config, images);
  }

  private CreateResult make(Supervision settings, byte[] config, @Nullable Path images) {
    Supervised container = enter(settings);
    boolean done = false;
    try {
      if (Files.exists(container.bundle())) {
        remove.remove(settings.id(), container);
      }
      Files.createDirectory(container.bundle());
      Files.deleteIfExists(layout.exit(settings.id()));
      OciRuntime runtime = container.runtime();
      byte[] given = FileSizeLimit.withhold(runtime, container.bundle(), config);
      Files.write(container.bundle().resolve("config.json"), filters.prepare(runtime, given));
      CreateResult result = launch(container, images);
      NullDevice.takeBack();
      done = result instanceof Created;
      return result;
    } catch (IOException e) {
      throw EngineException.internal("failed to create task for container: " + e.getMessage(), e);
    } finally {
      if (!done) {
        abandon(container);
      }
    }
  }

  private CreateResult launch(Supervised container, @Nullable Path images) throws IOException {
    OciRuntime runtime = container.runtime();
    try (CgroupViews.View view = cgroups.open(runtime);
        SyncPipe sync = conmon.create(container, view.command(runtime.path()), images)) {
      Optional<Message> report = sync.next();
      sync.reap();
      if (report.isEmpty() || report.get().data() <= 0) {
        String stderr = report.map(Message::text).orElse("");
        RuntimeFailure failure =
            images == null
                ? RuntimeFailure.ofCreate(Conmon.createLog(container), stderr)
                : checkpoints.restoreFailure(container, stderr);
        return new Refused(failure.message(), failure.exitCode());
      }
      int pid = report.get().data();
      Pidfd hold = Pidfd.open(pid);
      try {
        ConmonAttachment attachment = connect(container);
        int parent = ProcessTable.find(pid).map(ProcessTable.Entry::parent).orElse(0);
        container.becomes(new Live(hold, parent, attachment));
        return new Created(pid, parent, attachment);
      } catch (IOException e) {
        hold.close();
        throw e;
      }
    }
  }

  private ConmonAttachment connect(Supervised container) throws LinuxException {
    Path logs = container.settings().log().toAbsolutePath().getParent();
    return ConmonAttachment.connect(
        loop,
        container.bundle(),
        logs == null ? container.bundle() : logs,
        container.rotation(),
        false);
  }

  @Override
  public void start(String id) {
    Supervised container = require(id);
    StartFifo fifo = new StartFifo(container.runtime(), layout.state(container.runtime(), id));
    try {
      FileSizeLimit.apply(container.bundle(), live(container).pid());
      if (fifo.isThere()) {
        if (!fifo.release(live(container).hold())) {
          LOG.debug("container {} ended before its start", id);
        }
      } else {
        command.run(container.runtime(), id, List.of("start", id));
      }
    } catch (IOException e) {
      throw EngineException.internal("cannot start container " + id + ": " + e.getMessage(), e);
    }
  }

  @Override
  public boolean signal(String id, int signal) {
    Supervised container = require(id);
    try {
      return container.signal(live(container).hold(), signal);
    } catch (LinuxException e) {
      throw EngineException.internal("Cannot kill container: " + id + ": " + e.errno().text(), e);
    }
  }

  @Override
  public void killAll(String id) {
    try {
      require(id).cgroup().killAll();
    } catch (IOException e) {
      throw EngineException.internal("cannot kill the processes of container " + id, e);
    }
  }

  @Override
  public void pause(String id) {
    command.run(require(id).runtime(), id, List.of("pause", id));
  }

  @Override
  public void resume(String id) {
    command.run(require(id).runtime(), id, List.of("resume", id));
  }

  @Override
  public void checkpoint(String id, Path images) {
    checkpoints.dump(require(id), images);
  }

  @Override
  public void afterBrokenCheckpoint(String id, Path images) {
    try {
      Checkpoints.awaitFormer(images);
      Supervised container = supervised.get(id);
      if (container != null && container.live() != null && !container.hasExited()) {
        container.cgroup().thaw();
      }
    } catch (IOException e) {
      throw EngineException.internal("cannot let container " + id + " go on", e);
    }
  }

  @Override
  public void update(String id, byte[] resources) {
    Supervised container = require(id);
    Path file = container.bundle().resolve("resources.json");
    try {
      Files.write(file, resources);
      command.run(container.runtime(), id, List.of("update", "--resources", file.toString(), id));
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw EngineException.internal("cannot update container " + id, e);
    }
  }

  @Override
  public List<Integer> pids(String id) {
    try {
      return require(id).cgroup().pids();
    } catch (IOException e) {
      throw EngineException.internal("cannot list the processes of container " + id, e);
    }
  }

  @Override
  public ExecResult exec(ExecLaunch launch) {
    Supervised container = require(launch.containerId());
    if (container.hasExited()) {
      throw notRunning(launch.containerId());
    }
    return directExecs.launch(container, launch).orElseGet(() -> supervised(container, launch));
  }

  private ExecResult supervised(Supervised container, ExecLaunch launch) {
    ExecResult result = execs.launch(container, launch);
    NullDevice.takeBack();
    return result;
  }

  @Override
  public Probe probe(ProbeLaunch launch) {
    Supervised container = require(launch.containerId());
    if (container.hasExited()) {
      throw notRunning(launch.containerId());
    }
    try {
      Optional<Probe> direct = probes.start(container, launch);
      if (direct.isPresent()) {
        return direct.get();
      }
    } catch (IOException e) {
      LOG.warn("a probe of container {} takes the long way: {}", container.id(), e.getMessage());
    }
    return superviseProbe(container, launch);
  }

  private Probe superviseProbe(Supervised container, ProbeLaunch launch) {
    SupervisedProbe probe = new SupervisedProbe(launch.outputLimit());
    String id = PROBE + UUID.randomUUID();
    ExecLaunch exec = new ExecLaunch(container.id(), id, launch.process(), true, false, false, "");
    probe.exit().whenComplete((code, failure) -> forgetExec(container.id(), id));
    Thread.ofVirtual()
        .name(id)
        .start(() -> {
          try {
            probe.launched(execs.launch(container, exec));
          } catch (RuntimeException e) {
            probe.failed(e);
          }
        });
    return probe;
  }

  @Override
  public Optional<Attachment> attachment(String id) {
    return running(id).map(Created::attachment);
  }

  @Override
  public Optional<Created> running(String id) {
    Supervised container = supervised.get(id);
    Live live = container == null || container.hasExited() ? null : container.live();
    return live == null
        ? Optional.empty()
        : Optional.of(new Created(live.pid(), live.conmonPid(), live.attachment()));
  }

  @Override
  public Adoption readopt(Supervision settings) {
    Supervised container = enter(settings);
    boolean running = false;
    try {
      Adoption adoption = adopt.adopt(container, this::connect);
      running = adoption instanceof Adoption.Running;
      if (running) {
        container.rotation().recover();
        probes.endFormer(container);
        if (exits.read(settings.id()).isPresent()) {
          // It ended while it was adopted; nobody was there to be told.
          Thread.ofVirtual().start(() -> exited(settings.id()));
        }
      }
      return adoption;
    } catch (IOException e) {
      throw EngineException.internal(
          "cannot take back container " + settings.id() + ": " + e.getMessage(), e);
    } finally {
      if (!running) {
        container.release();
        supervised.remove(settings.id(), container);
      }
    }
  }

  @Override
  public List<ExecAdoption> readoptExecs(String containerId) {
    try {
      List<ExecAdoption> execs = new ArrayList<>(adoptExecs.adopt(require(containerId)));
      execs.removeIf(exec -> {
        boolean probe = exec.execId().startsWith(PROBE);
        if (probe) {
          endProbe(containerId, exec);
        }
        return probe;
      });
      return execs;
    } catch (IOException e) {
      throw EngineException.internal("cannot take back the execs of container " + containerId, e);
    }
  }

  /** A former daemon's probe is nobody's any more. */
  private void endProbe(String containerId, ExecAdoption probe) {
    var _ = probe.exit().whenComplete((code, failure) -> forgetExec(containerId, probe.execId()));
    if (probe.pid() > 0) {
      Set<Integer> inside = Set.copyOf(pids(containerId));
      DirectProbe.killSession(probe.pid(), e -> inside.contains(e.pid()));
    }
  }

  @Override
  public void forgetExec(String containerId, String execId) {
    try {
      RuntimeLayout.removeTree(layout.exec(containerId, execId));
    } catch (IOException e) {
      throw EngineException.internal("cannot forget exec " + execId, e);
    }
  }

  @Override
  public Set<String> leftovers() {
    Set<String> ids = new TreeSet<>(layout.ids());
    ids.removeAll(supervised.keySet());
    return ids;
  }

  @Override
  public void delete(String id) {
    Supervised container = supervised.get(id);
    if (container != null) {
      probes.end(container);
      programs.forget(container);
    }
    try {
      remove.remove(id, container);
    } catch (IOException e) {
      throw EngineException.internal(
          "cannot remove the processes of container " + id + ": " + e.getMessage(), e);
    }
    if (container != null) {
      container.release();
      supervised.remove(id, container);
    }
  }

  @Override
  public void acknowledge(String id) {
    try {
      Files.deleteIfExists(layout.exit(id));
    } catch (IOException e) {
      throw EngineException.internal("cannot forget the exit code of container " + id, e);
    }
  }

  @Override
  public void onExit(Consumer<ExitReport> told) {
    listener = told;
  }

  /** Has a running container's log begin a new file; nothing where it does not run. */
  public void rotateLog(String id) throws IOException {
    Supervised container = supervised.get(id);
    if (container != null && container.live() != null && !container.hasExited()) {
      container.rotation().rotateNow();
    }
  }

  /** Removes a parent of containers' cgroups where nothing is in it, at the daemon's end. */
  public void removeEmptyParent(String cgroupPath) {
    CgroupDirectories.removeEmpty(cgroupMounts, cgroupPath);
  }

  @Override
  public void close() {
    exits.close();
    probes.close();
    supervised.values().forEach(Supervised::release);
    supervised.clear();
  }

  private void exited(String id) {
    Supervised container = supervised.get(id);
    if (container == null || container.live() == null || !container.noticeExit()) {
      return; // a leftover, or one still being made: readopt or create look themselves
    }
    try {
      ExitReport report = adopt.report(container).orElseThrow();
      Consumer<ExitReport> told = listener;
      if (told != null) {
        told.accept(report);
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("the end of container {} could not be told", id, e);
    }
  }

  private Supervised enter(Supervision settings) {
    OciRuntime runtime = runtimes.select(settings.runtime());
    Supervised container =
        new Supervised(
            settings,
            runtime,
            layout.bundle(settings.id()),
            new CgroupDirectories(cgroupMounts, settings.cgroupPath()),
            new LogRotation(layout.bundle(settings.id()), settings, ceiling));
    if (supervised.putIfAbsent(settings.id(), container) != null) {
      throw EngineException.conflict("container %s has a process already", settings.id());
    }
    return container;
  }

  private void abandon(Supervised container) {
    try {
      remove.remove(container.id(), container);
    } catch (IOException | RuntimeException e) {
      LOG.warn("cannot clean up after container {}", container.id(), e);
    } finally {
      container.release();
      supervised.remove(container.id(), container);
    }
  }

  private Supervised require(String id) {
    Supervised container = supervised.get(id);
    if (container == null || container.live() == null) {
      throw notRunning(id);
    }
    return container;
  }

  private static Live live(Supervised container) {
    Live live = container.live();
    if (live == null) {
      throw notRunning(container.id());
    }
    return live;
  }

  private static EngineException notRunning(String id) {
    return EngineException.conflict("container %s is not running", id);
  }
}
