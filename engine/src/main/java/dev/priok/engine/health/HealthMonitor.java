package dev.priok.engine.health;

import dev.priok.engine.health.HealthState.ProbeResult;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checks of one run of one container. */
final class HealthMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);

  private final HealthTarget target;
  private final HealthPlan plan;
  private final Instant startedAt;
  private final ScheduledExecutorService timer;
  private final HealthFiles files;
  private final HealthFigures figures;
  private HealthState state;
  private @Nullable ScheduledFuture<?> next;
  private @Nullable Watch watch;

  HealthMonitor(
      HealthTarget target,
      HealthPlan plan,
      Instant startedAt,
      HealthState state,
      ScheduledExecutorService timer,
      HealthFiles files,
      HealthFigures figures) {
    this.figures = figures;
    this.target = target;
    this.plan = plan;
    this.startedAt = startedAt;
    this.state = state;
    this.timer = timer;
    this.files = files;
  }

  String id() {
    return target.id();
  }

  synchronized HealthState state() {
    return state;
  }

  /** Probes from now on, the first time after a pause. */
  synchronized void run() {
    if (watch == null) {
      watch = new Watch();
      schedule(watch);
    }
  }

  /** Ends probing; a probe under way is killed and its answer not counted. */
  synchronized void stop() {
    if (watch != null) {
      end();
      state = state.unwatched();
      files.save(target.id(), state);
    }
  }

  /** The daemon ends, the container may run on: the next daemon goes on with the state as it is. */
  synchronized void abandon() {
    end();
  }

  private void end() {
    Watch ending = watch;
    watch = null;
    if (next != null) {
      next.cancel(false);
    }
    if (ending != null) {
      ending.cancel();
    }
  }

  private void schedule(Watch current) {
    Duration pause = plan.pause(state, Duration.between(startedAt, Instant.now()));
    try {
      next =
          timer.schedule(
              () -> Thread.ofVirtual().name("health").start(() -> probe(current)),
              pause.toNanos(),
              TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("no further probes of {}: the daemon ends", target.id());
    }
  }

  private void probe(Watch current) {
    Instant start = Instant.now();
    HealthTarget.Outcome outcome;
    try {
      outcome = target.probe(plan, current);
    } catch (RuntimeException e) {
      LOG.warn("health check of container {} failed: {}", target.id(), e.getMessage());
      outcome = new HealthTarget.Outcome(-1, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    ProbeResult result =
        new ProbeResult(start, Instant.now(), outcome.exitCode(), outcome.output());
    HealthState changed = null;
    synchronized (this) {
      if (watch != current) {
        return;
      }
      figures.checked(outcome.exitCode() == 0);
      HealthState.Status before = state.status();
      state = state.after(result, plan, startedAt);
      files.save(target.id(), state);
      if (state.status() != before) {
        changed = state;
      }
      schedule(current);
    }
    if (changed != null) {
      target.changed(changed);
    }
  }

  /** One stretch of probing, between a start or resumption and a pause or end. */
  private static final class Watch implements HealthTarget.Cancellation {
    private boolean cancelled;
    private @Nullable Runnable action;

    @Override
    public void onCancel(Runnable newAction) {
      boolean now;
      synchronized (this) {
        action = newAction;
        now = cancelled;
      }
      if (now) {
        newAction.run();
      }
    }

    void cancel() {
      Runnable waiting;
      synchronized (this) {
        cancelled = true;
        waiting = action;
      }
      if (waiting != null) {
        waiting.run();
      }
    }
  }
}
