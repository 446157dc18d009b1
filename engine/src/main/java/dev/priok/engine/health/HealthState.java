package dev.priok.engine.health;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the checks have shown so far.
 *
 * @param failingStreak failures since the last success
 * @param log the last probes, oldest first
 */
public record HealthState(Status status, int failingStreak, List<ProbeResult> log) {
  private static final int KEPT = 5;

  /** Before any probe. */
  public static final HealthState STARTING = new HealthState(Status.STARTING, 0, List.of());

  /** The API's words are the lower-case names. */
  public enum Status {
    STARTING,
    HEALTHY,
    UNHEALTHY;

    public String apiName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One probe.
   *
   * @param exitCode 0 means healthy; -1 where the command did not end or did not even start
   */
  public record ProbeResult(Instant start, Instant end, int exitCode, String output) {
    @JsonIgnore
    public boolean isSuccess() {
      return exitCode == 0;
    }
  }

  /** How it stands in {@code docker ps}: {@code health: starting}, {@code healthy}. */
  public String shown() {
    return status == Status.STARTING ? "health: starting" : status.apiName();
  }

  /** A new run: the log of the last one is kept, as with Docker. */
  HealthState restarted() {
    return new HealthState(Status.STARTING, 0, log);
  }

  /** Nobody looks any more: paused or ended. Docker calls that unhealthy. */
  HealthState unwatched() {
    return new HealthState(Status.UNHEALTHY, failingStreak, log);
  }

  /**
   * What a probe changes.
   *
   * @param startedAt when the container's run began
   */
  HealthState after(ProbeResult result, HealthPlan plan, Instant startedAt) {
    List<ProbeResult> newLog = new ArrayList<>(log);
    newLog.add(result);
    while (newLog.size() > KEPT) {
      newLog.removeFirst();
    }
    if (result.isSuccess()) {
      return new HealthState(Status.HEALTHY, 0, List.copyOf(newLog));
    }
    boolean forgiven =
        status == Status.STARTING
            && Duration.between(startedAt, result.start()).compareTo(plan.startPeriod()) < 0;
    int streak = forgiven ? failingStreak : failingStreak + 1;
    Status newStatus = streak >= plan.retries() ? Status.UNHEALTHY : status;
    return new HealthState(newStatus, streak, List.copyOf(newLog));
  }
}
