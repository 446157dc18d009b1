package dev.priok.host.network;

import java.util.Optional;

/** An IPv4 network; {@code network} has no bits beyond the prefix. */
public record Subnet(Ipv4 network, int prefix) {
  public Subnet {
    if (prefix < 0 || prefix > 32 || (network.bits() & ~mask(prefix)) != 0) {
      throw new IllegalArgumentException("not a subnet: " + network + "/" + prefix);
    }
  }

  /**
   * An address with a prefix as users write it.
   *
   * @param address may have bits beyond the prefix
   * @param prefix length of the network part
   */
  public record Cidr(Ipv4 address, int prefix) {
    public Subnet subnet() {
      return new Subnet(new Ipv4(address.bits() & mask(prefix)), prefix);
    }
  }

  public static Optional<Cidr> cidr(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,2}")) {
      return Optional.empty();
    }
    int prefix = Integer.parseInt(text.substring(slash + 1));
    if (prefix > 32) {
      return Optional.empty();
    }
    return Ipv4.parse(text.substring(0, slash)).map(address -> new Cidr(address, prefix));
  }

  static int mask(int prefix) {
    return prefix == 0 ? 0 : -1 << (32 - prefix);
  }

  public boolean contains(Ipv4 address) {
    return (address.bits() & mask(prefix)) == network.bits();
  }

  public boolean contains(Subnet other) {
    return other.prefix >= prefix && contains(other.network);
  }

  public boolean overlaps(Subnet other) {
    return contains(other.network) || other.contains(network);
  }

  public Ipv4 at(int offset) {
    return new Ipv4(network.bits() + offset);
  }

  /** The last address, which is the broadcast address where there is one. */
  public Ipv4 last() {
    return new Ipv4(network.bits() | ~mask(prefix));
  }

  @Override
  public String toString() {
    return network + "/" + prefix;
  }
}
