package dev.priok.cli.container;

import dev.priok.cli.CliException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes of options, such as {@code 64m}; units are powers of 1024. */
final class ByteSizes {
  private static final Pattern SIZE =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([kmgtp]?)(?:i?b)?", Pattern.CASE_INSENSITIVE);

  private ByteSizes() {}

  static @Nullable Long parse(@Nullable String text, String option) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw CliException.badOption(text, option, "invalid size: '" + text + "'");
    }
    int power =
        " kmgtp".indexOf(size.group(2).isEmpty() ? " " : size.group(2).toLowerCase(Locale.ROOT));
    BigDecimal bytes =
        new BigDecimal(size.group(1)).multiply(BigDecimal.valueOf(1024).pow(Math.max(power, 0)));
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw CliException.badOption(text, option, "invalid size: '" + text + "'");
    }
    return bytes.longValue();
  }
}
