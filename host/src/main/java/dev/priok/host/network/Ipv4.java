package dev.priok.host.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An IPv4 address; {@code bits} is the address read as a big-endian number. */
public record Ipv4(int bits) implements Comparable<Ipv4> {
  public static final Ipv4 ANY = new Ipv4(0);
  public static final Ipv4 LOOPBACK = new Ipv4(0x7f000001);

  private static final Pattern DOTTED =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

  /** Four decimal numbers and nothing else: no names, no octal, no short forms. */
  public static Optional<Ipv4> parse(String text) {
    Matcher matcher = DOTTED.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int bits = 0;
    for (int i = 1; i <= 4; i++) {
      String part = matcher.group(i);
      int value = Integer.parseInt(part);
      if (value > 255 || (part.length() > 1 && part.charAt(0) == '0')) {
        return Optional.empty();
      }
      bits = bits << 8 | value;
    }
    return Optional.of(new Ipv4(bits));
  }

  public byte[] bytes() {
    return new byte[] {(byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits};
  }

  public InetAddress inet() {
    try {
      return Inet4Address.getByAddress(bytes());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  public boolean isLoopback() {
    return bits >>> 24 == 127;
  }

  public boolean isAny() {
    return bits == 0;
  }

  /** The MAC address that Docker gives to a container with this address. */
  public byte[] mac() {
    byte[] b = bytes();
    return new byte[] {2, 0x42, b[0], b[1], b[2], b[3]};
  }

  @Override
  public int compareTo(Ipv4 other) {
    return Integer.compareUnsigned(bits, other.bits);
  }

  @Override
  public String toString() {
    return (bits >>> 24) + "." + (bits >> 16 & 255) + "." + (bits >> 8 & 255) + "." + (bits & 255);
  }
}
