package dev.priok.engine.networks;

import dev.priok.host.network.Ipv4;
import dev.priok.host.network.dns.NameSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What one container's name server knows: its neighbours on user-defined networks. */
record SessionNames(Session session, NetworkNames names) implements NameSource {

  @Override
  public List<Ipv4> addresses(String name) {
    for (Endpoint endpoint : session.endpoints().values()) {
      if (endpoint.network().isDefault()) {
        continue;
      }
      List<Ipv4> found = names.addresses(endpoint.network().record().id(), target(endpoint, name));
      if (found.isEmpty()) {
        // "db.backend" is db on the network backend.
        String suffix = "." + endpoint.network().name().toLowerCase(Locale.ROOT);
        if (name.endsWith(suffix)) {
          String bare = name.substring(0, name.length() - suffix.length());
          found = names.addresses(endpoint.network().record().id(), bare);
        }
      }
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  /** A link {@code db:database} lets this container alone call db database. */
  private static String target(Endpoint endpoint, String name) {
    List<String> links = endpoint.wanted().links();
    if (links != null) {
      for (String link : links) {
        int colon = link.indexOf(':');
        if (colon > 0 && link.substring(colon + 1).equalsIgnoreCase(name)) {
          return link.substring(0, colon).toLowerCase(Locale.ROOT);
        }
      }
    }
    return name;
  }

  @Override
  public Optional<String> name(Ipv4 address) {
    return session.endpoints().values().stream()
        .filter(e -> !e.network().isDefault())
        .flatMap(e ->
            names.name(e.network().record().id(), address).stream()
                .map(n -> n + "." + e.network().name()))
        .findFirst();
  }

  @Override
  public boolean mayForward() {
    return session.gateway().isPresent();
  }
}
