package dev.priok.model.size;

import dev.priok.model.error.EngineException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as users write them, {@code 10m}; the units are powers of 1024, as Docker reads them. */
public final class ByteSizes {
  private static final Pattern SIZE =
      Pattern.compile("(\\d+(?:\\.\\d*)?) ?(?:([kmgtp]?)(?:i?b)?)", Pattern.CASE_INSENSITIVE);

  private ByteSizes() {}

  /**
   * Bytes.
   *
   * @param option is named in the refusal of a text that is no size
   */
  public static long parse(String text, String option) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw EngineException.invalid("invalid value for %s: invalid size: '%s'", option, text);
    }
    String unit = matcher.group(2) == null ? "" : matcher.group(2).toLowerCase(Locale.ROOT);
    int power = unit.isEmpty() ? 0 : " kmgtp".indexOf(unit);
    return (long) (Double.parseDouble(matcher.group(1)) * (1L << (10 * power)));
  }

  /** As sentences tell sizes, {@code 12.3MiB}. */
  public static String text(long bytes) {
    int power = 0;
    double value = bytes;
    while (value >= 1024 && power < 5) {
      value /= 1024;
      power++;
    }
    return power == 0
        ? bytes + "B"
        : String.format(Locale.ROOT, "%.1f%ciB", value, "KMGTP".charAt(power - 1));
  }
}
