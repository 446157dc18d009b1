package dev.priok.engine.containers;

import dev.priok.host.runtime.ContainerProcesses;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code docker stop}, {@code restart} and {@code kill}. */
final class StopContainer {
  /** How long after SIGKILL the process may take to vanish before somebody is told. */
  private static final long KILL_PATIENCE_MILLIS = 10_000;

  private final ContainerTable table;
  private final ContainerProcesses processes;
  private final ContainerEvents events;
  private final RestartPolicies policies;

  StopContainer(
      ContainerTable table,
      ContainerProcesses processes,
      ContainerEvents events,
      RestartPolicies policies) {
    this.table = table;
    this.processes = processes;
    this.events = events;
    this.policies = policies;
  }

  void stop(Container container, @Nullable String signal, @Nullable Integer timeoutSeconds) {
    StopSignal asked = signal(container, signal);
    int timeout = timeout(container, timeoutSeconds);
    try (Container.Held held = container.lock()) {
      if (container.state().status() == RunState.Status.RESTARTING) {
        policies.cancel(container);
        markStopAsked(container, RunState.Status.EXITED);
        events.publish(container, "stop");
        return;
      }
      if (!container.state().isAlive()) {
        throw EngineException.notModified();
      }
      markStopAsked(container, container.state().status());
    }
    end(container, asked, timeout);
    events.publish(container, "stop");
  }

  /** Ends the process if there is one, without marking it as stopped by the user. */
  void end(Container container, StopSignal signal, int timeoutSeconds) {
    int ends = container.ends();
    if (!container.state().isAlive()) {
      return;
    }
    try {
      if (timeoutSeconds != 0 || signal.isKill()) {
        send(container, signal);
        long patience = timeoutSeconds < 0 ? Long.MAX_VALUE : timeoutSeconds * 1000L;
        if (container.awaitEnd(ends, patience)) {
          return;
        }
      }
      send(container, StopSignal.KILL);
      if (!container.awaitEnd(ends, KILL_PATIENCE_MILLIS)) {
        throw EngineException.internal(
            "cannot stop container: %s: the process does not end after SIGKILL; it hangs in the kernel"
                .formatted(container.id()),
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException(ErrorKind.UNAVAILABLE, "stopping was interrupted", e);
    }
  }

  private void send(Container container, StopSignal signal) {
    try (Container.Held held = container.lock()) {
      if (!container.state().isAlive()) {
        return;
      }
      boolean paused = container.state().status() == RunState.Status.PAUSED;
      processes.signal(container.id().value(), signal.number());
      if (paused && !signal.isKill()) {
        // A frozen process takes no signal; Docker resumes it for that.
        processes.resume(container.id().value());
      }
      events.publish(container, "kill", Map.of("signal", Integer.toString(signal.number())));
    }
  }

  void kill(Container container, @Nullable String signal) {
    StopSignal asked;
    try {
      asked = signal == null || signal.isEmpty() ? StopSignal.KILL : StopSignal.parse(signal);
    } catch (EngineException e) {
      throw new EngineException(
          e.kind(),
          "cannot kill container: %s: invalid signal: %s".formatted(container.name(), signal),
          e);
    }
    int ends;
    try (Container.Held held = container.lock()) {
      if (!container.state().isAlive()) {
        throw EngineException.conflict(
            "cannot kill container: %s: container %s is not running",
            container.name(), container.id());
      }
      ends = container.ends();
      if (asked.endsProcess() || asked.number() == signal(container, null).number()) {
        markStopAsked(container, container.state().status());
      }
      processes.signal(container.id().value(), asked.number());
      events.publish(container, "kill", Map.of("signal", Integer.toString(asked.number())));
    }
    if (asked.isKill()) {
      // Docker's kill returns when the container is down, and scripts go on to remove it.
      try {
        container.awaitEnd(ends, KILL_PATIENCE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void markStopAsked(Container container, RunState.Status status) {
    table.update(
        container,
        RunStateBuilder.builder(container.state()).stopAsked(true).status(status).build());
  }

  StopSignal signal(Container container, @Nullable String given) {
    if (given != null && !given.isEmpty()) {
      return StopSignal.parse(given);
    }
    String own = container.record().config().stopSignal();
    return own == null || own.isEmpty() ? StopSignal.TERM : StopSignal.parse(own);
  }

  int timeout(Container container, @Nullable Integer given) {
    if (given != null) {
      return given;
    }
    Integer own = container.record().config().stopTimeout();
    return own == null ? (int) Containers.DEFAULT_STOP_TIMEOUT.toSeconds() : own;
  }
}
