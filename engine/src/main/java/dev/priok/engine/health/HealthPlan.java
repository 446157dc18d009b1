package dev.priok.engine.health;

import dev.priok.model.api.container.HealthConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a container is checked: a {@link HealthConfig} with its defaults filled in.
 *
 * @param command what is run
 * @param interval from the end of one probe to the start of the next, and before the first
 * @param timeout after which a probe has failed
 * @param startPeriod after the container's start, in which failures do not count
 * @param startInterval in place of the interval within the start period, until the first success
 * @param retries failures in a row that make it unhealthy
 */
public record HealthPlan(
    List<String> command,
    Duration interval,
    Duration timeout,
    Duration startPeriod,
    Duration startInterval,
    int retries) {

  private static final Duration USUAL_INTERVAL = Duration.ofSeconds(30);
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration USUAL_START_INTERVAL = Duration.ofSeconds(5);
  private static final int USUAL_RETRIES = 3;
  private static final List<String> USUAL_SHELL = List.of("/bin/sh", "-c");

  /**
   * The plan of a configuration; null where nothing is checked: no test, an empty one, {@code
   * NONE}, or a kind that nobody knows (Docker warns of it and checks nothing).
   *
   * @param shell the image's, for {@code CMD-SHELL}
   */
  public static @Nullable HealthPlan of(
      @Nullable HealthConfig config, @Nullable List<String> shell) {
    List<String> test = config == null ? null : config.test();
    if (config == null || test == null || test.isEmpty()) {
      return null;
    }
    List<String> command = new ArrayList<>();
    switch (test.getFirst()) {
      case "CMD" -> {}
      case "CMD-SHELL" -> command.addAll(shell == null || shell.isEmpty() ? USUAL_SHELL : shell);
      default -> {
        return null;
      }
    }
    command.addAll(test.subList(1, test.size()));
    return new HealthPlan(
        List.copyOf(command),
        or(config.interval(), USUAL_INTERVAL),
        or(config.timeout(), USUAL_TIMEOUT),
        or(config.startPeriod(), Duration.ZERO),
        or(config.startInterval(), USUAL_START_INTERVAL),
        config.retries() == null || config.retries() <= 0 ? USUAL_RETRIES : config.retries());
  }

  private static Duration or(@Nullable Long nanos, Duration usual) {
    return nanos == null || nanos == 0 ? usual : Duration.ofNanos(nanos);
  }

  /** How long to wait for the next probe of a container that has been up for that time. */
  Duration pause(HealthState state, Duration up) {
    boolean starting = state.status() == HealthState.Status.STARTING;
    return starting && up.compareTo(startPeriod) < 0 ? startInterval : interval;
  }
}
