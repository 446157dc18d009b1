package dev.priok.cli.format;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/** Sizes as docker writes them: {@code 4.26MB} for files, {@code 1.5GiB} for memory. */
public final class HumanSize {
  private static final List<String> DECIMAL =
      List.of("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB");
  private static final List<String> BINARY =
      List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB");

  private HumanSize() {}

  /** Three digits and powers of 1000, as in lists of images. */
  public static String ofImage(long bytes) {
    return format(bytes, 1000, DECIMAL, 3);
  }

  /** Four digits and powers of 1000. */
  public static String of(long bytes) {
    return format(bytes, 1000, DECIMAL, 4);
  }

  /** Four digits and powers of 1024, as for memory. */
  public static String ofMemory(long bytes) {
    return format(bytes, 1024, BINARY, 4);
  }

  private static String format(long bytes, int base, List<String> units, int digits) {
    double value = bytes;
    int unit = 0;
    while (value >= base && unit < units.size() - 1) {
      value /= base;
      unit++;
    }
    return general(value, digits) + units.get(unit);
  }

  /** Go's {@code %.Ng}: N significant digits, no trailing zeros, an exponent where it must be. */
  private static String general(double value, int digits) {
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded =
        new BigDecimal(value)
            .round(new MathContext(digits, RoundingMode.HALF_EVEN))
            .stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= digits) {
      BigDecimal mantissa = rounded.movePointLeft(exponent).stripTrailingZeros();
      return mantissa.toPlainString() + "e+" + (exponent < 10 ? "0" : "") + exponent;
    }
    return rounded.toPlainString();
  }
}
