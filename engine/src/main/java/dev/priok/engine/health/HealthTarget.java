package dev.priok.engine.health;

import java.time.Duration;

/** A container as its checks see it. */
public interface HealthTarget {
  /** The container's id. */
  String id();

  /**
   * Runs the command once and waits for it.
   *
   * @param cancelled completes when nobody wants the answer any more; the command is then killed
   */
  Outcome probe(HealthPlan plan, Cancellation cancelled) throws InterruptedException;

  /** The status is another one than before. */
  void changed(HealthState state);

  /** How a command ended; code and text of the health log. */
  record Outcome(int exitCode, String output) {}

  /** Whether and when a probe was given up. */
  interface Cancellation {
    /** Runs the action once if it is given up; at once if it has been. */
    void onCancel(Runnable action);
  }

  /** What a log says of a probe that took too long, as Docker has it. */
  static Outcome tookTooLong(Duration timeout, String output) {
    String sentence = "Health check exceeded timeout (%s)".formatted(GoDuration.of(timeout));
    return new Outcome(-1, output.isEmpty() ? sentence : sentence + ": " + output);
  }
}
