package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.model.api.container.PortBinding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values of {@code -p} and {@code --expose}: {@code [ip:][host:]container[/protocol]} with ranges.
 */
record PortSpecs(
    Map<String, Map<String, Object>> exposed, Map<String, @Nullable List<PortBinding>> bindings) {

  private record Range(int first, int last) {
    int size() {
      return last - first + 1;
    }
  }

  static PortSpecs parse(List<String> publish, List<String> expose) {
    Map<String, Map<String, Object>> exposed = new LinkedHashMap<>();
    Map<String, @Nullable List<PortBinding>> bindings = new LinkedHashMap<>();
    for (String text : publish) {
      publish(text, exposed, bindings);
    }
    for (String text : expose) {
      if (text.contains(":")) {
        throw new CliException(125, "invalid port format for --expose: " + text);
      }
      String protocol = protocol(text, text);
      Range range = range(withoutProtocol(text), text, "port");
      for (int port = range.first; port <= range.last; port++) {
        exposed.put(port + "/" + protocol, Map.of());
      }
    }
    return new PortSpecs(exposed, bindings);
  }

  private static void publish(
      String text,
      Map<String, Map<String, Object>> exposed,
      Map<String, @Nullable List<PortBinding>> bindings) {
    if (text.startsWith("published=") || text.startsWith("target=") || text.contains(",")) {
      throw CliException.badOption(
          text,
          "-p, --publish",
          "the long syntax is not supported for containers; use ip:host:container");
    }
    String protocol = protocol(text, text);
    String rest = withoutProtocol(text);
    int colon = rest.lastIndexOf(':');
    String inside = rest.substring(colon + 1);
    String before = colon < 0 ? "" : rest.substring(0, colon);
    String ip = "";
    String outside = before;
    int ipEnd = before.lastIndexOf(':');
    if (ipEnd >= 0) {
      ip = before.substring(0, ipEnd);
      outside = before.substring(ipEnd + 1);
      if (ip.startsWith("[") && ip.endsWith("]")) {
        ip = ip.substring(1, ip.length() - 1);
      }
    }
    if (inside.isEmpty()) {
      throw CliException.badOption(text, "-p, --publish", "no port specified: " + text + "<empty>");
    }
    Range container = range(inside, text, "containerPort");
    Range host = outside.isEmpty() ? null : range(outside, text, "hostPort");
    if (host != null && host.size() != container.size() && container.size() != 1) {
      throw CliException.badOption(
          text,
          "-p, --publish",
          "invalid ranges specified for container and host Ports: " + inside + " and " + outside);
    }
    for (int i = 0; i < container.size(); i++) {
      String port = (container.first + i) + "/" + protocol;
      exposed.put(port, Map.of());
      List<PortBinding> list = bindings.get(port);
      if (list == null) {
        list = new ArrayList<>();
        bindings.put(port, list);
      }
      list.add(new PortBinding(ip, hostPort(host, container, outside, i)));
    }
  }

  /** One port inside with a range outside lets the engine choose within the range. */
  private static String hostPort(@Nullable Range host, Range container, String text, int index) {
    if (host == null) {
      return "";
    }
    return container.size() == 1 && host.size() > 1 ? text : String.valueOf(host.first + index);
  }

  private static String protocol(String text, String whole) {
    int slash = text.lastIndexOf('/');
    if (slash < 0) {
      return "tcp";
    }
    String protocol = text.substring(slash + 1).toLowerCase(java.util.Locale.ROOT);
    if (!List.of("tcp", "udp", "sctp").contains(protocol)) {
      throw CliException.badOption(whole, "-p, --publish", "invalid proto: " + protocol);
    }
    return protocol;
  }

  private static String withoutProtocol(String text) {
    int slash = text.lastIndexOf('/');
    return slash < 0 ? text : text.substring(0, slash);
  }

  private static Range range(String text, String whole, String what) {
    int dash = text.indexOf('-');
    try {
      int first = Integer.parseInt(dash < 0 ? text : text.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(text.substring(dash + 1));
      if (first >= 0 && first <= last && last <= 65535) {
        return new Range(first, last);
      }
    } catch (NumberFormatException e) {
      throw CliException.badOption(whole, "-p, --publish", "invalid " + what + ": " + text);
    }
    throw CliException.badOption(whole, "-p, --publish", "invalid " + what + ": " + text);
  }
}
