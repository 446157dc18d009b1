package dev.priok.engine.containers;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The variables by which a container knows one it is linked to, with those names that the Docker
 * documentation on legacy links gives them: {@code DB_NAME}, {@code DB_PORT}, {@code
 * DB_PORT_5432_TCP} and its parts, {@code DB_ENV_...}.
 */
final class LinkEnvironment {
  private LinkEnvironment() {}

  private record Port(int number, String protocol) {
    static Port parse(String text) {
      int slash = text.indexOf('/');
      return slash < 0
          ? new Port(Integer.parseInt(text), "tcp")
          : new Port(
              Integer.parseInt(text.substring(0, slash)),
              text.substring(slash + 1).toLowerCase(Locale.ROOT));
    }

    boolean follows(Port other) {
      return number == other.number + 1 && protocol.equals(other.protocol);
    }

    String url(String address) {
      return protocol + "://" + address + ":" + number;
    }

    String prefix(String alias) {
      return alias + "_PORT_" + number + "_" + protocol.toUpperCase(Locale.ROOT);
    }
  }

  /**
   * The variables.
   *
   * @param name the link's, {@code /web/db}
   * @param environment the linked container's own
   * @param exposed its ports, {@code 5432/tcp}
   */
  static List<String> of(
      String name, String address, List<String> environment, List<String> exposed) {
    String alias =
        name.substring(name.lastIndexOf('/') + 1).toUpperCase(Locale.ROOT).replace('-', '_');
    List<String> result = new ArrayList<>();
    ports(result, alias, address, exposed);
    result.add(alias + "_NAME=" + name);
    for (String variable : environment) {
      boolean shells = variable.startsWith("HOME=") || variable.startsWith("PATH=");
      if (variable.indexOf('=') > 0 && !shells) {
        result.add(alias + "_ENV_" + variable);
      }
    }
    return result;
  }

  private static void ports(
      List<String> result, String alias, String address, List<String> exposed) {
    List<Port> ports =
        exposed.stream()
            .map(Port::parse)
            .sorted(
                Comparator.comparing((Port p) -> !p.protocol().equals("tcp"))
                    .thenComparing(Port::protocol)
                    .thenComparingInt(Port::number))
            .toList();
    if (!ports.isEmpty()) {
      result.add(alias + "_PORT=" + ports.getFirst().url(address));
    }
    int first = 0;
    for (int i = 0; i < ports.size(); i++) {
      Port port = ports.get(i);
      String prefix = port.prefix(alias);
      result.add(prefix + "=" + port.url(address));
      result.add(prefix + "_ADDR=" + address);
      result.add(prefix + "_PORT=" + port.number());
      result.add(prefix + "_PROTO=" + port.protocol());
      boolean goesOn = i + 1 < ports.size() && ports.get(i + 1).follows(port);
      if (!goesOn) {
        range(result, alias, address, ports.get(first), port);
        first = i + 1;
      }
    }
  }

  private static void range(
      List<String> result, String alias, String address, Port first, Port last) {
    if (!first.equals(last)) {
      String prefix = first.prefix(alias);
      result.add(prefix + "_START=" + first.url(address));
      result.add(prefix + "_PORT_START=" + first.number());
      result.add(prefix + "_END=" + last.url(address));
      result.add(prefix + "_PORT_END=" + last.number());
    }
  }
}
