package dev.priok.host.logging.drivers;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as log protocols write them. Not thread-safe: remembers the last second's text. */
final class LogTimes {
  private static final long NANOS = 1_000_000_000L;
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter RFC3339 =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssXXX");
  private static final DateTimeFormatter RFC3339_MICRO =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSXXX");

  private long second = Long.MIN_VALUE;
  private byte[] text = new byte[0];

  static Instant instant(long epochNanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(epochNanos, NANOS), Math.floorMod(epochNanos, NANOS));
  }

  /** Go's RFC3339Nano in UTC: no zeros at the end of the fraction. */
  void rfc3339Nano(long epochNanos, ByteText into) {
    long its = Math.floorDiv(epochNanos, NANOS);
    if (its != second) {
      text = SECONDS.format(Instant.ofEpochSecond(its)).getBytes(StandardCharsets.US_ASCII);
      second = its;
    }
    into.add(text);
    int nanos = (int) Math.floorMod(epochNanos, NANOS);
    if (nanos > 0) {
      into.add('.');
      for (int unit = 100_000_000; nanos > 0; unit /= 10) {
        into.add('0' + nanos / unit);
        nanos %= unit;
      }
    }
    into.add('Z');
  }

  /** {@code Jan _2 15:04:05}, local time (RFC 3164). */
  static String stamp(long epochNanos) {
    return STAMP.format(local(epochNanos));
  }

  /** RFC 5424 with seconds. */
  static String seconds(long epochNanos) {
    return RFC3339.format(local(epochNanos));
  }

  /** RFC 5424 with microseconds. */
  static String micros(long epochNanos) {
    return RFC3339_MICRO.format(local(epochNanos));
  }

  private static ZonedDateTime local(long epochNanos) {
    return instant(epochNanos).atZone(ZoneId.systemDefault());
  }
}
