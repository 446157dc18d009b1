package dev.priok.host.storage.layer;

import dev.priok.model.error.EngineException;
import dev.priok.model.size.ByteSizes;
import java.io.IOException;
import java.util.Locale;

/** The option {@code size} of a container's layer, and how sizes are told in refusals. */
public final class SizeOption {
  public static final String NAME = "size";

  private static final double THOUSAND = 1000;
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  private SizeOption() {}

  /** Bytes; units are powers of 1024. */
  public static long bytes(String text) throws IOException {
    try {
      return ByteSizes.parse(text, NAME);
    } catch (EngineException e) {
      throw new IOException("invalid size: '" + text + "'", e);
    }
  }

  /** As Docker tells sizes to people: {@code 10.74GB}, powers of 1000, four digits. */
  public static String human(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= THOUSAND && unit < UNITS.length - 1) {
      value /= THOUSAND;
      unit++;
    }
    String digits =
        new java.math.BigDecimal(value)
            .round(new java.math.MathContext(4))
            .stripTrailingZeros()
            .toPlainString();
    return String.format(Locale.ROOT, "%s%s", digits, UNITS[unit]);
  }
}
