package dev.priok.engine.networks;

import dev.priok.host.network.Ipv4;
import dev.priok.model.id.NetworkId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Who is called what on which network. Read by name servers on every question, so without locks.
 */
final class NetworkNames {
  private record Entry(List<String> names, Ipv4 address) {}

  private final Map<NetworkId, List<Entry>> entries = new ConcurrentHashMap<>();

  /** The first of {@code names} is the one that an address is resolved back to. */
  void add(NetworkId network, List<String> names, Ipv4 address) {
    List<String> lower = names.stream().map(n -> n.toLowerCase(Locale.ROOT)).toList();
    entries
        .computeIfAbsent(network, n -> new CopyOnWriteArrayList<>())
        .add(new Entry(lower, address));
  }

  void remove(NetworkId network, Ipv4 address) {
    List<Entry> all = entries.get(network);
    if (all != null) {
      all.removeIf(e -> e.address().equals(address));
    }
  }

  void forget(NetworkId network) {
    entries.remove(network);
  }

  List<Ipv4> addresses(NetworkId network, String name) {
    return entries.getOrDefault(network, List.of()).stream()
        .filter(e -> e.names().contains(name))
        .map(Entry::address)
        .toList();
  }

  Optional<String> name(NetworkId network, Ipv4 address) {
    return entries.getOrDefault(network, List.of()).stream()
        .filter(e -> e.address().equals(address))
        .map(e -> e.names().getFirst())
        .findFirst();
  }
}
