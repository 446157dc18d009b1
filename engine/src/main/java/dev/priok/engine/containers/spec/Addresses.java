package dev.priok.engine.containers.spec;

import java.net.InetAddress;
import java.util.regex.Pattern;

/** Addresses as texts. */
final class Addresses {
  private static final Pattern FOUR =
      Pattern.compile(
          "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}");
  private static final Pattern SIX = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  private Addresses() {}

  /** Whether it is an IPv4 or IPv6 address, not a name; without brackets and zone. */
  static boolean isLiteral(String text) {
    if (FOUR.matcher(text).matches()) {
      return true;
    }
    if (!SIX.matcher(text).matches()) {
      return false;
    }
    try {
      InetAddress.ofLiteral(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
