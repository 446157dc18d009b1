package dev.priok.engine.containers;

import dev.priok.host.runtime.ExitReport;
import dev.priok.model.api.container.RestartPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts containers again as their policy says: {@code no}, {@code always}, {@code unless-stopped},
 * {@code on-failure[:n]}.
 *
 * <p>The pause before a start doubles from 100 ms to a minute, and begins anew after a run of ten
 * seconds, as the Docker documentation on restart policies has it.
 */
final class RestartPolicies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RestartPolicies.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration SETTLED = Duration.ofSeconds(10);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().name("restart-timer").daemon(true).unstarted(task));
  private final Map<String, Duration> pauses = new ConcurrentHashMap<>();
  private final Map<String, ScheduledFuture<?>> pending = new ConcurrentHashMap<>();
  private final Consumer<Container> start;
  private volatile boolean stopping;
  private volatile boolean begun;

  /** {@code start} runs on a virtual thread of its own. */
  RestartPolicies(Consumer<Container> start) {
    this.start = start;
  }

  /** Whether to start again, and after how long. */
  record Decision(boolean restart, Duration pause) {}

  Decision decide(ContainerRecord record, ExitReport report) {
    String key = record.id().value();
    if (stopping || record.state().stopAsked() || !wants(record, report.code())) {
      pauses.remove(key);
      return new Decision(false, Duration.ZERO);
    }
    Duration ran =
        record.state().startedAt() == null
            ? Duration.ZERO
            : Duration.between(record.state().startedAt(), report.time());
    Duration last = pauses.get(key);
    Duration pause =
        last == null || ran.compareTo(SETTLED) >= 0 ? FIRST_PAUSE : last.multipliedBy(2);
    pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    pauses.put(key, pause);
    return new Decision(true, pause);
  }

  private static boolean wants(ContainerRecord record, int exitCode) {
    return switch (name(record)) {
      case "always", "unless-stopped" -> true;
      case "on-failure" -> exitCode != 0 && mayFailAgain(record);
      default -> false;
    };
  }

  /**
   * Whether a container that does not run is to run after the daemon itself was started anew. One
   * with {@code on-failure} that the former daemon's stop ended did not end with success, so it
   * runs again, as with Docker; one that the user stopped stays down, where Docker starts it again
   * because of the exit code that the stop gave it.
   */
  static boolean startsWithDaemon(ContainerRecord record) {
    boolean stopped = record.state().stopAsked();
    return switch (name(record)) {
      case "always" -> true;
      case "unless-stopped" -> !stopped;
      case "on-failure" -> !stopped && record.state().exitCode() != 0 && mayFailAgain(record);
      default -> false;
    };
  }

  private static String name(ContainerRecord record) {
    RestartPolicy policy = record.hostConfig().restartPolicy();
    return policy == null || policy.name() == null ? "" : policy.name();
  }

  private static boolean mayFailAgain(ContainerRecord record) {
    RestartPolicy policy = record.hostConfig().restartPolicy();
    int most =
        policy == null || policy.maximumRetryCount() == null ? 0 : policy.maximumRetryCount();
    return most == 0 || record.state().restarts() < most;
  }

  /** From now on containers are started; until then their records keep that they are to be. */
  void begin() {
    begun = true;
  }

  void schedule(Container container, Decision decision) {
    if (!begun) {
      return; // the former daemon's mounts and rules are still being sorted out
    }
    String key = container.id().value();
    pending.put(
        key,
        timer.schedule(
            () -> {
              pending.remove(key);
              Thread.ofVirtual().name("restart-" + container.name()).start(() -> again(container));
            },
            decision.pause().toMillis(),
            TimeUnit.MILLISECONDS));
  }

  private void again(Container container) {
    try {
      start.accept(container);
    } catch (RuntimeException e) {
      LOG.warn("container {} could not be started again: {}", container.name(), e.getMessage());
    }
  }

  /** The user stopped or removed it meanwhile. */
  void cancel(Container container) {
    pauses.remove(container.id().value());
    ScheduledFuture<?> waiting = pending.remove(container.id().value());
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  /** The daemon stops: containers that end now stay as they are. */
  void stopRestarting() {
    stopping = true;
    pending.values().forEach(f -> f.cancel(false));
  }

  @Override
  public void close() {
    stopRestarting();
    timer.shutdownNow();
  }
}
