package dev.priok.engine.health;

import java.math.BigDecimal;
import java.time.Duration;

/** Durations as Go prints them: {@code 1m30s}, {@code 1.5s}, {@code 250ms}. */
final class GoDuration {
  private GoDuration() {}

  static String of(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos == 0) {
      return "0s";
    }
    if (nanos < 1_000) {
      return nanos + "ns";
    } else if (nanos < 1_000_000) {
      return fraction(nanos, 3) + "µs";
    } else if (nanos < 1_000_000_000) {
      return fraction(nanos, 6) + "ms";
    }
    long minutes = duration.toMinutes();
    String seconds = fraction(nanos - minutes * 60_000_000_000L, 9) + "s";
    if (minutes == 0) {
      return seconds;
    }
    long hours = minutes / 60;
    return hours == 0 ? minutes + "m" + seconds : hours + "h" + minutes % 60 + "m" + seconds;
  }

  private static String fraction(long nanos, int digits) {
    BigDecimal value = BigDecimal.valueOf(nanos, digits).stripTrailingZeros();
    return (value.scale() < 0 ? value.setScale(0) : value).toPlainString();
  }
}
