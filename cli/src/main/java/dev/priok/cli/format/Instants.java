package dev.priok.cli.format;

import dev.priok.cli.CliException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times as users write and read them. */
public final class Instants {
  private static final Pattern GO_PART =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|µs|ms|s|m|h)");

  /** Go's RFC 3339 with always nine digits of a second. */
  private static final DateTimeFormatter NANOS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX", Locale.ROOT);

  /** How docker writes a time of creation. */
  private static final DateTimeFormatter CREATED =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss xx zzz", Locale.ROOT);

  private Instants() {}

  /**
   * A time of an option as seconds since the epoch, which is what the API takes; null stays null.
   */
  public static @Nullable String parse(@Nullable String text, String option) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    if (text.matches("[0-9]+(\\.[0-9]+)?")) {
      return text;
    }
    Duration back = duration(text);
    if (back != null) {
      return seconds(Instant.now().minus(back));
    }
    try {
      if (text.matches(".*T.*(Z|[+-][0-9]{2}:[0-9]{2})$")) {
        return seconds(OffsetDateTime.parse(text).toInstant());
      }
      LocalDateTime local =
          text.contains("T") ? LocalDateTime.parse(text) : LocalDate.parse(text).atStartOfDay();
      return seconds(local.atZone(ZoneId.systemDefault()).toInstant());
    } catch (DateTimeException e) {
      throw CliException.failure(
          "invalid value for " + option + ": \"" + text + "\" is neither a time nor a duration");
    }
  }

  /** Go's notation of a duration ({@code 1h30m}), or null. */
  public static @Nullable Duration duration(String text) {
    Matcher part = GO_PART.matcher(text);
    int end = 0;
    double nanos = 0;
    while (part.find() && part.start() == end) {
      end = part.end();
      double value = Double.parseDouble(part.group(1));
      nanos +=
          value
              * switch (part.group(2)) {
                case "ns" -> 1.0;
                case "us", "µs" -> 1e3;
                case "ms" -> 1e6;
                case "s" -> 1e9;
                case "m" -> 60e9;
                default -> 3600e9;
              };
    }
    return end == text.length() && end > 0 ? Duration.ofNanos((long) nanos) : null;
  }

  /** A moment in local time with nine digits of a second. */
  public static String local(Instant instant) {
    return NANOS.format(instant.atZone(ZoneId.systemDefault()));
  }

  /** A moment as lists show it without shortening. */
  public static String created(Instant instant) {
    return CREATED.format(instant.atZone(ZoneId.systemDefault()));
  }

  private static String seconds(Instant instant) {
    return String.format(Locale.ROOT, "%d.%09d", instant.getEpochSecond(), instant.getNano());
  }
}
