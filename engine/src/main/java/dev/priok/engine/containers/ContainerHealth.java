package dev.priok.engine.containers;

import dev.priok.engine.containers.spec.BuildExecProcess;
import dev.priok.engine.containers.spec.BuildExecProcess.ExecRequest;
import dev.priok.engine.containers.spec.RootFiles;
import dev.priok.engine.health.HealthChecks;
import dev.priok.engine.health.HealthPlan;
import dev.priok.engine.health.HealthState;
import dev.priok.engine.health.HealthTarget;
import dev.priok.host.runtime.ContainerProcesses;
import dev.priok.host.runtime.Probe;
import dev.priok.host.runtime.ProbeLaunch;
import dev.priok.model.api.exec.ExecConfigBuilder;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.ExecId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Ties containers to their health checks. */
final class ContainerHealth {
  /** How long a probe may take to start; that does not count as the probe's own time. */
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);

  /** How long after SIGKILL a probe may take to vanish before the next one is due. */
  private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);

  /** Bytes of output that the log keeps, as Docker's. */
  private static final int KEPT_OUTPUT = 4096;

  private final HealthChecks checks;
  private final ContainerProcesses processes;
  private final BuildExecProcess build;
  private final Function<Path, RootFiles> rootFiles;
  private final ContainerEvents events;
  private final ContainerLinks links;

  ContainerHealth(
      HealthChecks checks,
      ContainerProcesses processes,
      BuildExecProcess build,
      Function<Path, RootFiles> rootFiles,
      ContainerEvents events,
      ContainerLinks links) {
    this.checks = checks;
    this.processes = processes;
    this.build = build;
    this.rootFiles = rootFiles;
    this.events = events;
    this.links = links;
  }

  private static @Nullable HealthPlan plan(ContainerRecord record) {
    return HealthPlan.of(record.config().healthcheck(), record.config().shell());
  }

  /** A run has begun and is recorded. */
  void begin(Container container) {
    ContainerRecord record = container.record();
    HealthPlan plan = plan(record);
    if (plan != null) {
      checks.begin(new Target(container), plan, startedAt(record), record.state().health());
    }
  }

  /** A run of an earlier daemon goes on. */
  void takeOver(Container container) {
    ContainerRecord record = container.record();
    HealthPlan plan = plan(record);
    if (plan != null) {
      boolean active = record.state().status() == RunState.Status.RUNNING;
      HealthState recorded = record.state().health();
      checks.takeOver(new Target(container), plan, startedAt(record), recorded, active);
    }
  }

  void paused(Container container) {
    checks.pause(container.id().value());
  }

  void resumed(Container container) {
    checks.resume(container.id().value());
  }

  /** The run is over; what its record is to keep. */
  @Nullable HealthState end(ContainerRecord record) {
    HealthState last = checks.end(record.id().value());
    return last == null ? record.state().health() : last;
  }

  /** The end is recorded. */
  void forget(ContainerRecord record) {
    checks.forget(record.id().value());
  }

  /** Null where it was never checked. */
  @Nullable HealthState of(ContainerRecord record) {
    return checks.state(record.id().value()).orElse(record.state().health());
  }

  private static Instant startedAt(ContainerRecord record) {
    Instant started = record.state().startedAt();
    return started == null ? Instant.now() : started;
  }

  /** One run of a container. */
  private final class Target implements HealthTarget {
    private final Container container;
    private final int pid;
    private @Nullable String process;

    Target(Container container) {
      this.container = container;
      this.pid = container.state().pid();
    }

    @Override
    public String id() {
      return container.id().value();
    }

    @Override
    public void changed(HealthState state) {
      events.publish(container, "health_status: " + state.status().apiName());
    }

    @Override
    public Outcome probe(HealthPlan plan, Cancellation cancelled) throws InterruptedException {
      long began = System.nanoTime();
      String exec = ExecId.random().value();
      String words = ContainerEvents.words(plan.command());
      if (plan.command().isEmpty()) {
        return new Outcome(
            -1, "healthcheck for container %s has no command".formatted(container.id()));
      }
      tell(exec, "exec_create: " + words, Map.of());
      tell(exec, "exec_start: " + words, Map.of());
      Probe probe = processes.probe(new ProbeLaunch(id(), process(plan), KEPT_OUTPUT + 1));
      cancelled.onCancel(probe::kill);
      try {
        Probe.Start start = await(probe.started(), START_PATIENCE);
        if (start == null) {
          probe.kill();
          return new Outcome(
              -1, "timed out starting health check for container %s".formatted(container.id()));
        } else if (start instanceof Probe.Start.Refused refused) {
          return new Outcome(-1, refused.message());
        }
        checks.figures().began(System.nanoTime() - began);
        Integer code = await(probe.exit(), plan.timeout());
        if (code == null) {
          probe.kill();
          Integer killed = await(probe.exit(), KILL_PATIENCE);
          tell(
              exec, "exec_die", Map.of("exitCode", Integer.toString(killed == null ? -1 : killed)));
          return HealthTarget.tookTooLong(plan.timeout(), text(probe.output()));
        }
        tell(exec, "exec_die", Map.of("exitCode", Integer.toString(code)));
        return new Outcome(code, text(probe.output()));
      } finally {
        cancelled.onCancel(() -> {});
      }
    }

    /** Made once a run: the user, its groups and home are those at the first probe. */
    private synchronized String process(HealthPlan plan) {
      String known = process;
      if (known != null) {
        return known;
      }
      ContainerRecord record = container.record();
      try {
        String made =
            build.build(
                new ExecRequest(
                    ExecConfigBuilder.builder().cmd(plan.command()).build(),
                    record.hostConfig(),
                    rootFiles.apply(Path.of("/proc", Integer.toString(pid), "root")),
                    record.config().hostname() == null ? "" : record.config().hostname(),
                    record.config().user(),
                    record.config().workingDir(),
                    environment(record),
                    null));
        process = made;
        return made;
      } catch (IOException e) {
        throw EngineException.internal("cannot prepare the command: " + e.getMessage(), e);
      }
    }

    private List<String> environment(ContainerRecord record) {
      List<String> result = new ArrayList<>(links.environment(record));
      if (record.config().env() != null) {
        result.addAll(record.config().env());
      }
      return result;
    }

    private void tell(String exec, String action, Map<String, String> more) {
      Map<String, String> attributes = new HashMap<>(more);
      attributes.put("execID", exec);
      events.publish(container, action, attributes);
    }
  }

  /** Null after that time. */
  private static <T> @Nullable T await(CompletionStage<T> stage, Duration patience)
      throws InterruptedException {
    try {
      return stage.toCompletableFuture().get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw EngineException.internal("a probe failed: " + e.getCause(), e);
    }
  }

  private static String text(byte[] output) {
    return output.length <= KEPT_OUTPUT
        ? new String(output, StandardCharsets.UTF_8)
        : new String(output, 0, KEPT_OUTPUT, StandardCharsets.UTF_8) + "...";
  }
}
