package dev.priok.engine.metrics;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** How long something took, counted by ranges. Safe for many threads; recording takes no lock. */
public final class Histogram {
  /** Upper bounds in seconds: Prometheus' usual ones, which are Docker's. */
  public static final List<Double> USUAL =
      List.of(.005, .01, .025, .05, .1, .25, .5, 1.0, 2.5, 5.0, 10.0);

  /** Finer at the beginning, for calls of an API that answers in less than a millisecond. */
  public static final List<Double> FINE =
      List.of(.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1.0, 2.5, 5.0, 10.0, 30.0);

  private final List<Double> bounds;
  private final LongAdder[] counts;
  private final LongAdder nanos = new LongAdder();

  /** {@code bounds} rise; what is longer than the last is counted too. */
  public Histogram(List<Double> bounds) {
    this.bounds = List.copyOf(bounds);
    this.counts = new LongAdder[bounds.size() + 1];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  /** Something took so many nanoseconds. */
  public void record(long took) {
    double seconds = took / 1e9;
    int i = 0;
    while (i < bounds.size() && seconds > bounds.get(i)) {
      i++;
    }
    counts[i].increment();
    nanos.add(took);
  }

  /** Samples with the given labels; the type is told by {@link Exposition#family}. */
  void write(Exposition out, String name, String... labels) {
    long sum = 0;
    String[] more = java.util.Arrays.copyOf(labels, labels.length + 2);
    more[labels.length] = "le";
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i].sum();
      more[labels.length + 1] = i < bounds.size() ? Exposition.number(bounds.get(i)) : "+Inf";
      out.sample(name + "_bucket", sum, more);
    }
    out.sample(name + "_sum", (double) nanos.sum() / 1e9, labels);
    out.sample(name + "_count", sum, labels);
  }
}
