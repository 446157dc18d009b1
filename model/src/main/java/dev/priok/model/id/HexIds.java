package dev.priok.model.id;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The 256-bit random identifiers, written as 64 hex digits, that the Engine API uses. */
final class HexIds {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern FULL = Pattern.compile("[0-9a-f]{64}");

  private HexIds() {}

  /**
   * A fresh id whose first twelve digits are not all decimal: a short id is used as a host name,
   * and a name made of digits alone is taken for a number by some resolvers.
   */
  static String random() {
    byte[] bytes = new byte[32];
    while (true) {
      RANDOM.nextBytes(bytes);
      String id = HexFormat.of().formatHex(bytes);
      for (int i = 0; i < 12; i++) {
        if (id.charAt(i) > '9') {
          return id;
        }
      }
    }
  }

  static String checked(String value, String what) {
    if (!FULL.matcher(value).matches()) {
      throw new IllegalArgumentException(what + " is not 64 hex digits: " + value);
    }
    return value;
  }
}
