package dev.priok.engine.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** A family of histograms, one for each combination of its labels' values. */
public final class Histograms {
  private final String name;
  private final String help;
  private final List<Double> bounds;
  private final List<String> labels;
  private final Map<String, Entry> entries = new ConcurrentSkipListMap<>();

  private record Entry(List<String> values, Histogram histogram) {}

  /** {@code name} ends with {@code _seconds}. */
  public Histograms(String name, String help, List<Double> bounds, String... labels) {
    this.name = name;
    this.help = help;
    this.bounds = bounds;
    this.labels = List.of(labels);
  }

  /** The one for these values, in the order of the labels; their number must have a bound. */
  public Histogram of(String... values) {
    if (values.length != labels.size()) {
      throw new IllegalArgumentException(name + " has the labels " + labels);
    }
    return entries
        .computeIfAbsent(
            String.join("\0", values), k -> new Entry(List.of(values), new Histogram(bounds)))
        .histogram();
  }

  /** Writes all of them. */
  public void write(Exposition out) {
    out.family(name, "histogram", help);
    for (Entry entry : entries.values()) {
      String[] pairs = new String[labels.size() * 2];
      Arrays.setAll(pairs, i -> i % 2 == 0 ? labels.get(i / 2) : entry.values().get(i / 2));
      entry.histogram().write(out, name, pairs);
    }
  }
}
