package dev.priok.engine.metrics;

import java.util.Locale;

/**
 * One answer to a scrape, in Prometheus' text format 0.0.4.
 *
 * <p>Our own, because the Java library refuses names that Docker has: a gauge must not end with
 * {@code _total} there ({@code engine_daemon_events_subscribers_total}).
 *
 * <pre>{@code
 * out.family("engine_daemon_engine_cpus_cpus", "gauge", "The number of cpus ...");
 * out.sample("engine_daemon_engine_cpus_cpus", 4);
 * }</pre>
 */
public final class Exposition {
  /** For the header. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final StringBuilder text = new StringBuilder(16 * 1024);

  /** Begins a family: all its samples follow. */
  public void family(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ');
    escape(help, false);
    text.append("\n# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  /** One value; labels are names and values in turn. */
  public void sample(String name, double value, String... labels) {
    text.append(name);
    for (int i = 0; i < labels.length; i += 2) {
      text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
      escape(labels[i + 1], true);
      text.append('"');
    }
    if (labels.length > 0) {
      text.append('}');
    }
    text.append(' ').append(number(value)).append('\n');
  }

  /** A whole number. */
  public void sample(String name, long value, String... labels) {
    sample(name, (double) value, labels);
  }

  /** A family of one whole number without labels. */
  public void single(String name, String type, String help, long value) {
    single(name, type, help, (double) value);
  }

  /** A family of one sample without labels. */
  public void single(String name, String type, String help, double value) {
    family(name, type, help);
    sample(name, value);
  }

  /** One histogram without labels. */
  public void single(String name, String help, Histogram histogram) {
    family(name, "histogram", help);
    histogram.write(this, name);
  }

  /** Whole numbers without a point, as Go writes them. */
  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return Double.toString(value).toLowerCase(Locale.ROOT);
  }

  private void escape(String value, boolean quoted) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '"' -> text.append(quoted ? "\\\"" : "\"");
        default -> text.append(c);
      }
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
