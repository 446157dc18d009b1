package dev.priok.host.network.dns;

import dev.priok.host.network.Ipv4;
import java.util.List;
import java.util.Optional;

/** What one container may ask for by name. */
public interface NameSource {
  /** Addresses of a name in lower case without the last dot; empty where it is unknown here. */
  List<Ipv4> addresses(String name);

  /** The name of an address, without the last dot. */
  Optional<String> name(Ipv4 address);

  /** False for containers on internal networks only: nothing is asked outside for them. */
  boolean mayForward();
}
