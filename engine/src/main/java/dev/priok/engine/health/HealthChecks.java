package dev.priok.engine.health;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The checks of all running containers.
 *
 * <pre>{@code
 * checks.begin(target, plan, startedAt, lastRun);   // after the start of each run
 * checks.pause(id);                                 // frozen processes answer nothing
 * checks.resume(id);
 * checks.state(id);                                 // for inspect, ps, filters
 * HealthState last = checks.end(id);                // before the end is written down
 * }</pre>
 *
 * <p>One timer thread serves all; a probe waits on a virtual thread. A container has one probe at
 * most under way. States live in memory and in files in memory (see {@link HealthFiles}); the
 * durable record gets one with every change of the container's own state.
 */
public final class HealthChecks implements AutoCloseable {
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().name("health-timer").daemon(true).unstarted(task));
  private final Map<String, HealthMonitor> monitors = new ConcurrentHashMap<>();
  private final HealthFiles files;
  private final HealthFigures figures = new HealthFigures();

  /** Keeps what outlives a killed daemon in that folder, which is in memory. */
  public HealthChecks(Path folder) {
    this.files = new HealthFiles(folder);
  }

  /** Of all checks since the daemon's start. */
  public HealthFigures figures() {
    return figures;
  }

  /** A run has begun; {@code former} is what the last run's checks had shown. */
  public void begin(
      HealthTarget target, HealthPlan plan, Instant startedAt, @Nullable HealthState former) {
    HealthState state = (former == null ? HealthState.STARTING : former).restarted();
    files.save(target.id(), state);
    watch(new HealthMonitor(target, plan, startedAt, state, timer, files, figures), true);
  }

  /**
   * Takes over a running container from an earlier daemon.
   *
   * @param recorded what its durable record says, older than what the file does
   * @param active false where it is paused
   */
  public void takeOver(
      HealthTarget target,
      HealthPlan plan,
      Instant startedAt,
      @Nullable HealthState recorded,
      boolean active) {
    HealthState state =
        files.load(target.id()).orElse(recorded == null ? HealthState.STARTING : recorded);
    watch(new HealthMonitor(target, plan, startedAt, state, timer, files, figures), active);
  }

  private void watch(HealthMonitor monitor, boolean active) {
    HealthMonitor former = monitors.put(monitor.id(), monitor);
    if (former != null) {
      former.stop();
    }
    if (active) {
      monitor.run();
    }
  }

  /** The container is paused. */
  public void pause(String id) {
    HealthMonitor monitor = monitors.get(id);
    if (monitor != null) {
      monitor.stop();
    }
  }

  /** It goes on. */
  public void resume(String id) {
    HealthMonitor monitor = monitors.get(id);
    if (monitor != null) {
      monitor.run();
    }
  }

  /** The state of a container that is checked and runs. */
  public Optional<HealthState> state(String id) {
    return Optional.ofNullable(monitors.get(id)).map(HealthMonitor::state);
  }

  /** The run is over: what the record is to keep; null where nothing was checked. */
  public @Nullable HealthState end(String id) {
    HealthMonitor monitor = monitors.remove(id);
    if (monitor == null) {
      return files.load(id).map(HealthState::unwatched).orElse(null);
    }
    monitor.stop();
    return monitor.state();
  }

  /** The end is written down, or there is none to write: the file is not needed any more. */
  public void forget(String id) {
    files.forget(id);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    monitors.values().forEach(HealthMonitor::abandon);
  }
}
