package dev.priok.engine.networks;

import dev.priok.host.network.Ipv4;
import dev.priok.model.error.EngineException;
import java.util.List;
import java.util.Optional;

/** Content of a container's /etc/hosts. */
final class HostsFile {
  private static final String HOST_GATEWAY = "host-gateway";
  private static final String LOCAL =
      """
      127.0.0.1\tlocalhost
      ::1\tlocalhost ip6-localhost ip6-loopback
      fe00::\tip6-localnet
      ff00::\tip6-mcastprefix
      ff02::1\tip6-allnodes
      ff02::2\tip6-allrouters
      """;

  private HostsFile() {}

  /** The full name, and the first part of it where it has several. */
  static String names(String hostname, String domainname) {
    String full = domainname.isEmpty() ? hostname : hostname + "." + domainname;
    int dot = full.indexOf('.');
    return dot <= 0 ? full : full + " " + full.substring(0, dot);
  }

  /**
   * The content.
   *
   * @param names of the container itself
   * @param extra {@code name:address}, the address {@code host-gateway} among the possible
   * @param addresses of the container itself
   */
  static String of(
      String names, List<Ipv4> addresses, List<String> extra, Optional<Ipv4> hostGateway) {
    StringBuilder result = new StringBuilder(LOCAL);
    for (String line : extra) {
      // An IPv6 address has colons of its own: the name ends at the first.
      int colon = line.indexOf(':');
      if (colon <= 0 || line.chars().anyMatch(c -> c < ' ')) {
        throw EngineException.invalid("bad format for add-host: \"%s\"", line);
      }
      String address = line.substring(colon + 1);
      if (address.equals(HOST_GATEWAY)) {
        address =
            hostGateway
                .orElseThrow(
                    () -> EngineException.invalid("unable to derive the IP value for host-gateway"))
                .toString();
      }
      if (address.startsWith("[") && address.endsWith("]")) {
        address = address.substring(1, address.length() - 1);
      }
      result.append(address).append('\t').append(line, 0, colon).append('\n');
    }
    for (Ipv4 address : addresses) {
      result.append(address).append('\t').append(names).append('\n');
    }
    return result.toString();
  }
}
