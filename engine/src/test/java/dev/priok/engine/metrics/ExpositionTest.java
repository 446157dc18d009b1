package dev.priok.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ExpositionTest {
  @Test
  void histogramsAreCumulative() {
    Histograms times = new Histograms("x_seconds", "how long", List.of(.1, 1.0), "action");
    times.of("a").record(50_000_000);
    times.of("a").record(100_000_000);
    times.of("a").record(500_000_000);
    times.of("a").record(5_000_000_000L);
    Exposition out = new Exposition();
    times.write(out);
    assertThat(out)
        .hasToString(
            """
            # HELP x_seconds how long
            # TYPE x_seconds histogram
            x_seconds_bucket{action="a",le="0.1"} 2
            x_seconds_bucket{action="a",le="1"} 3
            x_seconds_bucket{action="a",le="+Inf"} 4
            x_seconds_sum{action="a"} 5.65
            x_seconds_count{action="a"} 4
            """);
    assertThatThrownBy(() -> times.of("a", "b")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void labelsAreQuoted() {
    Exposition out = new Exposition();
    out.family("f", "gauge", "a\nb\\c\"d");
    out.sample("f", 1.5, "l", "a\nb\\c\"d");
    assertThat(out)
        .hasToString("# HELP f a\\nb\\\\c\"d\n# TYPE f gauge\nf{l=\"a\\nb\\\\c\\\"d\"} 1.5\n");
  }
}
