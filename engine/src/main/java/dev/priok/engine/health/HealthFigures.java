package dev.priok.engine.health;

import dev.priok.engine.metrics.Histogram;
import java.util.concurrent.atomic.LongAdder;

/** How many health checks there were since the daemon's start, and how long they took to begin. */
public final class HealthFigures {
  private final LongAdder checks = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final Histogram beginnings = new Histogram(Histogram.USUAL);

  /** A check is over, well or not. */
  void checked(boolean well) {
    checks.increment();
    if (!well) {
      failed.increment();
    }
  }

  /** A check's program runs, so many nanoseconds after it was due. */
  public void began(long nanos) {
    beginnings.record(nanos);
  }

  public long checks() {
    return checks.sum();
  }

  public long failed() {
    return failed.sum();
  }

  public Histogram beginnings() {
    return beginnings;
  }
}
