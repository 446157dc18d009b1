package dev.priok.host.storage.layer;

import dev.priok.model.error.EngineException;
import dev.priok.model.size.ByteSizes;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** The option {@code size} of a container's layer, and how sizes are told in refusals. */
public final class SizeOption {
  public static final String NAME = "size";

  private static final double THOUSAND = 1000;
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  private SizeOption() {}

  /** Whether a size is among the options, whatever it is. */
  public static boolean isAmong(Map<String, String> options) {
    return options.keySet().stream().anyMatch(NAME::equalsIgnoreCase);
  }

  /**
   * The size that a container's options ask for; refuses options besides it.
   *
   * @return in bytes; empty where none is asked for
   */
  public static OptionalLong asked(Map<String, String> options) throws IOException {
    OptionalLong size = OptionalLong.empty();
    for (Map.Entry<String, String> option : options.entrySet()) {
      if (!option.getKey().equalsIgnoreCase(NAME)) {
        throw new IOException("Unknown option " + option.getKey());
      }
      size = OptionalLong.of(bytes(option.getValue()));
    }
    return size;
  }

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
