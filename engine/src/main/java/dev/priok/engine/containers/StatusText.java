package dev.priok.engine.containers;

import dev.priok.engine.health.HealthState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The column STATUS of {@code docker ps}, in the words that scripts match. */
final class StatusText {
  private StatusText() {}

  /** {@code health} is null where the container is not checked. */
  static String of(RunState state, @Nullable HealthState health, Instant now) {
    return switch (state.status()) {
      case RUNNING ->
          "Up "
              + since(state.startedAt(), now)
              + (health == null ? "" : " (" + health.shown() + ")");
      case PAUSED -> "Up " + since(state.startedAt(), now) + " (Paused)";
      case RESTARTING ->
          "Restarting (%d) %s ago".formatted(state.exitCode(), since(state.finishedAt(), now));
      case REMOVING -> "Removal In Progress";
      case DEAD -> "Dead";
      case CREATED -> "Created";
      case EXITED ->
          state.finishedAt() == null
              ? ""
              : "Exited (%d) %s ago".formatted(state.exitCode(), since(state.finishedAt(), now));
    };
  }

  private static String since(@Nullable Instant then, Instant now) {
    return human(then == null ? Duration.ZERO : Duration.between(then, now));
  }

  /** A duration as a person would say it, in the steps that Docker uses. */
  static String human(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    long minutes = seconds / 60;
    long hours = Math.round(seconds / 3600.0);
    if (seconds < 1) {
      return "Less than a second";
    } else if (seconds == 1) {
      return "1 second";
    } else if (seconds < 60) {
      return seconds + " seconds";
    } else if (minutes == 1) {
      return "About a minute";
    } else if (minutes < 60) {
      return minutes + " minutes";
    } else if (hours == 1) {
      return "About an hour";
    } else if (hours < 48) {
      return hours + " hours";
    } else if (hours < 24 * 7 * 2) {
      return hours / 24 + " days";
    } else if (hours < 24 * 30 * 2) {
      return hours / 24 / 7 + " weeks";
    } else if (hours < 24 * 365 * 2) {
      return hours / 24 / 30 + " months";
    }
    return hours / 24 / 365 + " years";
  }
}
