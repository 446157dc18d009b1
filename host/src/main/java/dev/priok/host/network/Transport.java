package dev.priok.host.network;

import java.util.Locale;
import java.util.Optional;

/** Protocols that have ports, with their numbers in the IP header. */
public enum Transport {
  TCP(6),
  UDP(17),
  SCTP(132);

  private final int number;

  Transport(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public String apiName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Transport> parse(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "tcp" -> Optional.of(TCP);
      case "udp" -> Optional.of(UDP);
      case "sctp" -> Optional.of(SCTP);
      default -> Optional.empty();
    };
  }
}
