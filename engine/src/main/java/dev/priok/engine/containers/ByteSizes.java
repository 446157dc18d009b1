package dev.priok.engine.containers;

import dev.priok.model.error.EngineException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as users write them, {@code 10m}; the units are powers of 1024, as Docker reads them. */
public final class ByteSizes {
  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?) ?([kmgtp]?)i?b?");

  private ByteSizes() {}

  /** Bytes; {@code option} is named in the refusal. */
  public static long parse(String text, String option) {
    Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw EngineException.invalid("invalid value for %s: invalid size: '%s'", option, text);
    }
    int power = " kmgtp".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2));
    return new BigDecimal(matcher.group(1))
        .multiply(BigDecimal.valueOf(1L << (10 * power)))
        .longValue();
  }
}
