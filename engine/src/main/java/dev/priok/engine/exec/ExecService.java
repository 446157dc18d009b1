package dev.priok.engine.exec;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.priok.engine.containers.AttachSession;
import dev.priok.engine.containers.Container;
import dev.priok.engine.containers.ContainerEvents;
import dev.priok.engine.containers.ContainerLinks;
import dev.priok.engine.containers.ContainerRecord;
import dev.priok.engine.containers.ContainerTable;
import dev.priok.engine.containers.RunState;
import dev.priok.engine.containers.StartGate;
import dev.priok.engine.containers.spec.BuildExecProcess;
import dev.priok.engine.containers.spec.BuildExecProcess.ExecRequest;
import dev.priok.engine.containers.spec.RootFiles;
import dev.priok.engine.streams.ClientStream;
import dev.priok.engine.streams.DetachKeys;
import dev.priok.engine.streams.Framing;
import dev.priok.engine.streams.StdStream;
import dev.priok.engine.streams.StreamUpgrade;
import dev.priok.host.runtime.Attachment;
import dev.priok.host.runtime.ContainerProcesses;
import dev.priok.host.runtime.ExecAdoption;
import dev.priok.host.runtime.ExecLaunch;
import dev.priok.host.runtime.ExecResult;
import dev.priok.model.api.Json;
import dev.priok.model.api.exec.ExecConfig;
import dev.priok.model.api.exec.ExecConfigBuilder;
import dev.priok.model.api.exec.ExecInspectResponse;
import dev.priok.model.api.exec.ExecInspectResponseBuilder;
import dev.priok.model.api.exec.ExecStartConfig;
import dev.priok.model.api.exec.IDResponse;
import dev.priok.model.api.exec.ProcessConfig;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import dev.priok.model.id.ExecId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code docker exec}. */
public final class ExecService implements Execs {
  private static final Logger LOG = LoggerFactory.getLogger(ExecService.class);

  /** An ended exec can be inspected this many execs later at least. */
  private static final int KEPT = 1_000;

  private static final Duration RESIZE_PATIENCE = Duration.ofSeconds(10);

  private final ContainerTable table;
  private final ContainerLinks links;
  private final ContainerProcesses processes;
  private final BuildExecProcess build;
  private final Function<Container, RootFiles> rootFiles;
  private final ContainerEvents events;
  private final StartGate gate;
  private final Map<String, ExecInstance> instances = new ConcurrentHashMap<>();

  public ExecService(
      ContainerTable table,
      ContainerProcesses processes,
      BuildExecProcess build,
      Function<Container, RootFiles> rootFiles,
      ContainerEvents events,
      StartGate gate) {
    this.table = table;
    this.links = new ContainerLinks(table);
    this.processes = processes;
    this.build = build;
    this.rootFiles = rootFiles;
    this.events = events;
    this.gate = gate;
  }

  @Override
  public IDResponse create(String container, ExecConfig config) {
    gate.check();
    Container target = table.get(container);
    requireRunning(target, container);
    if (config.cmd() == null || config.cmd().isEmpty()) {
      throw EngineException.invalid("No exec command specified");
    }
    try {
      DetachKeys.parse(config.detachKeys());
    } catch (EngineException e) {
      throw EngineException.invalid("Invalid escape keys (%s) provided", config.detachKeys());
    }
    ExecInstance instance = new ExecInstance(ExecId.random(), target, config);
    forgetOld();
    instances.put(instance.id().value(), instance);
    tell(instance, "exec_create: " + ContainerEvents.words(config.cmd()), Map.of());
    return new IDResponse(instance.id().value());
  }

  private static void requireRunning(Container container, String called) {
    RunState.Status status = container.state().status();
    if (status == RunState.Status.PAUSED) {
      throw EngineException.conflict(
          "Container %s is paused, unpause the container before exec", called);
    }
    if (status == RunState.Status.RESTARTING) {
      throw EngineException.conflict(
          "Container %s is restarting, wait until the container is running", container.id());
    }
    if (status != RunState.Status.RUNNING) {
      throw EngineException.conflict("container %s is not running", container.id());
    }
  }

  /** Ended execs, and those of containers that are gone, are kept for a while only. */
  private void forgetOld() {
    if (instances.size() < KEPT) {
      return;
    }
    for (ExecInstance old : List.copyOf(instances.values())) {
      boolean ended = old.phase() == ExecInstance.Phase.ENDED;
      boolean orphan = table.byId(old.container().id()) == null;
      if ((ended || orphan) && instances.remove(old.id().value(), old) && !orphan) {
        processes.forgetExec(old.container().id().value(), old.id().value());
      }
    }
  }

  /** What a later daemon needs to know of an exec; see {@link #restore}. */
  private static String note(ExecConfig config) {
    try {
      return Json.mapper().writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw EngineException.internal("an exec's settings cannot be written", e);
    }
  }

  /**
   * Takes over the execs of a former daemon, once its containers are taken back: those that run are
   * listed and end as they would have, and the exit codes of those that ended can be asked for. One
   * that was created and not started is gone, as with Docker.
   */
  public void restore() {
    for (Container container : table.values()) {
      if (!container.state().isAlive()) {
        continue;
      }
      try {
        processes.readoptExecs(container.id().value()).forEach(exec -> adopt(container, exec));
      } catch (EngineException e) {
        LOG.warn("the execs of container {} could not be taken back", container.name(), e);
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // it tells whom it has to
  private void adopt(Container container, ExecAdoption exec) {
    ExecConfig config;
    try {
      config = Json.mapper().readValue(exec.note(), ExecConfig.class);
    } catch (JsonProcessingException e) {
      LOG.warn("exec {} cannot be taken back", exec.execId(), e);
      return;
    }
    ExecInstance instance = new ExecInstance(new ExecId(exec.execId()), container, config);
    boolean running = exec.pid() != 0 && instance.begin();
    if (running) {
      instance.running(exec.pid(), null);
    }
    instances.put(exec.execId(), instance);
    exec.exit()
        .thenAccept(code -> {
          if (running) {
            ended(instance, code);
          } else {
            instance.ended(code);
          }
        });
  }

  private void tell(ExecInstance instance, String action, Map<String, String> more) {
    Map<String, String> attributes = new HashMap<>(more);
    attributes.put("execID", instance.id().value());
    events.publish(instance.container(), action, attributes);
  }

  private ExecInstance get(String exec) {
    ExecInstance instance = instances.get(exec);
    if (instance == null || instance.isVoid() || instance.container().isGone()) {
      throw EngineException.notFound("No such exec instance: %s", exec);
    }
    return instance;
  }

  @Override
  public void start(String exec, ExecStartConfig config, StreamUpgrade upgrade) {
    ExecInstance instance = get(exec);
    gate.check();
    requireRunning(instance.container(), instance.container().id().value());
    if (!instance.begin()) {
      throw EngineException.conflict(
          instance.phase() == ExecInstance.Phase.RUNNING
              ? "Error: Exec command %s is already running"
              : "Error: Exec command %s has already run",
          exec);
    }
    if (Boolean.TRUE.equals(config.detach())) {
      run(instance, config, null);
      return;
    }
    // The answer's head goes out before the command can write: a client that reads the head with a
    // buffer (docker-py) would otherwise take the first output for a part of it. Docker frames by
    // the terminal that the start asks for, whatever the exec was created with.
    try {
      ClientStream stream =
          upgrade.open(Boolean.TRUE.equals(config.tty()) ? Framing.RAW : Framing.MULTIPLEXED);
      try {
        run(instance, config, stream);
      } catch (EngineException e) {
        // The only way left to tell it; the exit code is there to inspect, as with Docker.
        LOG.debug("exec {} was refused: {}", exec, e.getMessage());
        byte[] message = (e.getMessage() + "\r\n").getBytes(StandardCharsets.UTF_8);
        stream.write(StdStream.STDOUT, message, 0, message.length);
        stream.close();
      }
    } catch (IOException e) {
      LOG.debug("client of exec {} left: {}", exec, e.getMessage());
    }
  }

  private void run(ExecInstance instance, ExecStartConfig config, @Nullable ClientStream stream) {
    tell(instance, "exec_start: " + command(instance), Map.of());
    ExecResult result;
    try {
      result = processes.exec(launch(instance, config, stream != null));
    } catch (IOException | RuntimeException e) {
      instance.ended(126);
      if (e instanceof EngineException refusal) {
        throw refusal;
      }
      throw EngineException.internal("cannot run the command: " + e.getMessage(), e);
    }
    switch (result) {
      case ExecResult.Refused refused -> {
        instance.ended(refused.exitCode());
        throw new EngineException(ErrorKind.INVALID, refused.message());
      }
      case ExecResult.Running running -> {
        instance.running(running.pid(), running.attachment());
        CompletableFuture<?> recorded =
            running.exit().thenAccept(code -> ended(instance, code)).toCompletableFuture();
        Attachment attachment = running.attachment();
        if (stream != null && attachment != null) {
          serve(instance, attachment, recorded, stream);
        }
      }
    }
  }

  private void ended(ExecInstance instance, int code) {
    instance.ended(code);
    tell(instance, "exec_die", Map.of("exitCode", Integer.toString(code)));
  }

  private static String command(ExecInstance instance) {
    List<String> words = instance.config().cmd();
    return ContainerEvents.words(words == null ? List.of() : words);
  }

  private ExecLaunch launch(ExecInstance instance, ExecStartConfig start, boolean attached)
      throws IOException {
    ContainerRecord record = instance.container().record();
    // The terminal is as it was created with; Docker takes it from the start as well.
    ExecConfig config =
        ExecConfigBuilder.builder(instance.config())
            .tty(instance.hasTty() || Boolean.TRUE.equals(start.tty()))
            .build();
    List<Integer> size = start.consoleSize() == null ? config.consoleSize() : start.consoleSize();
    String process =
        build.build(
            new ExecRequest(
                config,
                record.hostConfig(),
                rootFiles.apply(instance.container()),
                record.config().hostname() == null ? "" : record.config().hostname(),
                record.config().user(),
                record.config().workingDir(),
                environment(record),
                size));
    return new ExecLaunch(
        record.id().value(),
        instance.id().value(),
        process,
        attached,
        Boolean.TRUE.equals(config.tty()),
        attached && Boolean.TRUE.equals(config.attachStdin()),
        note(config));
  }

  private List<String> environment(ContainerRecord record) {
    List<String> result = new ArrayList<>(links.environment(record));
    if (record.config().env() != null) {
      result.addAll(record.config().env());
    }
    return result;
  }

  private void serve(
      ExecInstance instance,
      Attachment attachment,
      CompletableFuture<?> recorded,
      ClientStream stream) {
    ExecConfig config = instance.config();
    boolean terminal = instance.hasTty();
    AttachSession session =
        new AttachSession(
            terminal || Boolean.TRUE.equals(config.attachStdout()),
            Boolean.TRUE.equals(config.attachStderr()));
    session.connect(attachment);
    try {
      DetachKeys keys = terminal ? DetachKeys.parse(config.detachKeys()) : null;
      AttachSession.End end =
          session.serve(
              stream, Boolean.TRUE.equals(config.attachStdin()), keys, !terminal, recorded);
      if (end == AttachSession.End.DETACHED) {
        tell(instance, "exec_detach", Map.of());
      }
    } catch (IOException e) {
      LOG.debug("client of exec {} left: {}", instance.id(), e.getMessage());
    }
  }

  @Override
  public void resize(String exec, int rows, int columns) {
    ExecInstance instance = get(exec);
    // The docker command resizes as soon as the stream is open, when runc may still be at work.
    Attachment attachment = instance.awaitAttachment(RESIZE_PATIENCE);
    if (attachment == null) {
      throw EngineException.invalid("exec process is not started");
    }
    try {
      attachment.resize(rows, columns);
    } catch (IOException e) {
      throw EngineException.internal("cannot resize exec " + exec + ": " + e.getMessage(), e);
    }
  }

  @Override
  public ExecInspectResponse inspect(String exec) {
    ExecInstance instance = get(exec);
    ExecConfig config = instance.config();
    List<String> cmd = config.cmd() == null ? List.of() : config.cmd();
    Integer exitCode = instance.exitCode();
    return ExecInspectResponseBuilder.builder()
        .id(instance.id().value())
        .running(instance.phase() == ExecInstance.Phase.RUNNING)
        .exitCode(exitCode)
        .processConfig(
            new ProcessConfig(
                Boolean.TRUE.equals(config.privileged()),
                text(config.user()),
                instance.hasTty(),
                cmd.isEmpty() ? "" : cmd.getFirst(),
                cmd.isEmpty() ? List.of() : cmd.subList(1, cmd.size())))
        .openStdin(Boolean.TRUE.equals(config.attachStdin()))
        .openStdout(Boolean.TRUE.equals(config.attachStdout()))
        .openStderr(Boolean.TRUE.equals(config.attachStderr()))
        .canRemove(false)
        .containerID(instance.container().id().value())
        .detachKeys(text(config.detachKeys()))
        .pid(instance.pid())
        .build();
  }

  private static @Nullable String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  /** Ids of a container's running execs, for inspect. */
  public List<String> idsOf(ContainerRecord record) {
    return instances.values().stream()
        .filter(i -> i.container().id().equals(record.id()))
        .filter(i -> i.phase() != ExecInstance.Phase.ENDED)
        .map(i -> i.id().value())
        .toList();
  }
}
