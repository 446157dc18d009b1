package dev.priok.engine;

import dev.priok.model.error.EngineException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times as the API reads and writes them. */
public final class Timestamps {
  /** What Go prints for a time that was never set; clients compare with it. */
  public static final String ZERO = "0001-01-01T00:00:00Z";

  private static final Pattern GO_DURATION =
      Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|ms|s|m|h)");

  /** RFC 3339 with as many fractional digits as needed, as Go's RFC3339Nano. */
  private static final DateTimeFormatter RFC3339_NANO =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral('Z')
          .toFormatter(java.util.Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Timestamps() {}

  public static String format(@Nullable Instant time) {
    return time == null ? ZERO : RFC3339_NANO.format(time);
  }

  /**
   * Reads {@code since} and {@code until}: seconds since 1970 with an optional fraction, RFC 3339,
   * a local date or time (taken as UTC), or a Go duration meaning so long ago. Null or empty: null.
   */
  public static @Nullable Instant parse(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return read(text);
    } catch (DateTimeException | ArithmeticException e) {
      throw EngineException.invalid("invalid value for time \"%s\": %s", text, e.getMessage());
    }
  }

  private static Instant read(String text) {
    if (text.matches("-?\\d{1,18}(\\.\\d+)?")) {
      BigDecimal seconds = new BigDecimal(text);
      long whole = seconds.longValue();
      long nanos = seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue();
      return Instant.ofEpochSecond(whole, nanos);
    }
    Duration ago = goDuration(text);
    if (ago != null) {
      return Instant.now().minus(ago);
    }
    if (text.matches("\\d{4}-\\d{2}-\\d{2}")) {
      return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
    if (text.matches(".*T.*(Z|[+-]\\d{2}:?\\d{2})")) {
      return OffsetDateTime.parse(text).toInstant();
    }
    return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
  }

  /** {@code 1h30m}, {@code 250ms}; null where the text is no such thing. */
  public static @Nullable Duration goDuration(String text) {
    Matcher matcher = GO_DURATION.matcher(text);
    Duration sum = Duration.ZERO;
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      BigDecimal amount = new BigDecimal(matcher.group(1));
      long unit =
          switch (matcher.group(2)) {
            case "ns" -> 1L;
            case "us", "µs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
          };
      sum = sum.plusNanos(amount.multiply(BigDecimal.valueOf(unit)).longValue());
      end = matcher.end();
    }
    return end == text.length() && end > 0 ? sum : null;
  }
}
