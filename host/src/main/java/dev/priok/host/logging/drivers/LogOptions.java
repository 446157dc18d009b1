package dev.priok.host.logging.drivers;

import com.google.re2j.PatternSyntaxException;
import dev.priok.model.error.EngineException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads values of options as Docker reads them; what cannot be read is refused. */
public final class LogOptions {
  /** Options that say what of a container goes into its log entries. */
  static final Set<String> ATTRIBUTES = Set.of("env", "env-regex", "labels", "labels-regex", "tag");

  private static final Pattern DURATION =
      Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h)");
  private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
  private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

  private LogOptions() {}

  /** Refuses others than these and {@link #ATTRIBUTES}, and attributes that make no sense. */
  static void onlyKnown(Map<String, String> options, List<String> known, String sentence) {
    for (String key : options.keySet().stream().sorted().toList()) {
      if (!known.contains(key) && !ATTRIBUTES.contains(key)) {
        throw EngineException.invalid("%s", sentence.formatted(key));
      }
    }
    pattern(options.get("env-regex"));
    pattern(options.get("labels-regex"));
    TagTemplate.check(options.getOrDefault("tag", ""));
  }

  /**
   * A regular expression in Go's syntax, which never takes more than linear time: a container's
   * labels and environment are not ours.
   */
  static com.google.re2j.@Nullable Pattern pattern(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return com.google.re2j.Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw EngineException.invalid(
          "error parsing regexp: %s: `%s`", e.getDescription(), e.getPattern());
    }
  }

  /** What Go's strconv.ParseBool takes. */
  public static boolean flag(String text, String sentence) {
    if (TRUE.contains(text)) {
      return true;
    }
    if (FALSE.contains(text)) {
      return false;
    }
    throw EngineException.invalid("%s", sentence.formatted(text));
  }

  /** A flag that may be missing. */
  static boolean flag(Map<String, String> options, String key) {
    String text = options.get(key);
    return text != null
        && !text.isEmpty()
        && flag(text, "strconv.ParseBool: parsing \"%s\": invalid syntax");
  }

  /** Milliseconds of a duration as Go writes it: 500ms, 1m30s. */
  static long millis(String text, String sentence) {
    if (text.equals("0")) {
      return 0;
    }
    Matcher matcher = DURATION.matcher(text);
    double millis = 0;
    int at = 0;
    while (matcher.find() && matcher.start() == at) {
      at = matcher.end();
      millis += Double.parseDouble(matcher.group(1)) * unitMillis(matcher.group(2));
    }
    if (at == 0 || at != text.length()) {
      throw EngineException.invalid("%s", sentence.formatted(text));
    }
    return (long) millis;
  }

  private static double unitMillis(String unit) {
    return switch (unit) {
      case "ns" -> 1e-6;
      case "us", "µs" -> 1e-3;
      case "ms" -> 1;
      case "s" -> 1_000;
      case "m" -> 60_000;
      default -> 3_600_000;
    };
  }

  /** A whole number in that range; otherwise refuses with that sentence. */
  static int number(String text, int least, int most, String sentence) {
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw EngineException.invalid("%s", sentence.formatted(text));
    }
    throw EngineException.invalid("%s", sentence.formatted(text));
  }
}
