package dev.priok.engine.networks;

import dev.priok.engine.networks.ContainerNetworks.Attachment;
import dev.priok.host.network.Ipv4;
import dev.priok.host.network.PortAllocator.Wish;
import dev.priok.host.network.PublishedPort;
import dev.priok.host.network.Transport;
import dev.priok.model.api.container.PortBinding;
import dev.priok.model.error.EngineException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From port bindings as the API has them to what the allocator takes, and back. */
final class PortPlan {
  private static final Pattern PORT = Pattern.compile("(\\d{1,5})(?:/([A-Za-z]+))?");
  private static final Pattern HOST_PORT = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");

  private PortPlan() {}

  /**
   * One container port.
   *
   * @param number 1 to 65535
   */
  record ContainerPort(Transport transport, int number) {
    static ContainerPort parse(String text) {
      Matcher matcher = PORT.matcher(text);
      String protocol = matcher.matches() ? matcher.group(2) : null;
      if (!matcher.matches() || portNumber(matcher.group(1)) == 0) {
        throw EngineException.invalid("invalid port specification: \"%s\"", text);
      }
      Transport transport =
          Transport.parse(protocol == null ? "tcp" : protocol)
              .orElseThrow(() -> EngineException.invalid("invalid proto: %s", text));
      return new ContainerPort(transport, portNumber(matcher.group(1)));
    }

    String key() {
      return number + "/" + transport.apiName();
    }
  }

  private static int portNumber(String text) {
    int value = Integer.parseInt(text);
    if (value > 65535) {
      throw EngineException.invalid("invalid port specification: \"%s\"", text);
    }
    return value;
  }

  static List<Wish> wishes(Attachment attachment, Ipv4 container, Ipv4 defaultBinding) {
    List<Wish> result = new ArrayList<>();
    attachment
        .ports()
        .forEach((key, bindings) -> {
          ContainerPort port = ContainerPort.parse(key);
          // No bindings for a port that is named: any host port, if all are to be published.
          if (bindings != null) {
            bindings.forEach(b -> result.add(wish(port, b, container, defaultBinding)));
          }
        });
    if (attachment.publishAll()) {
      for (String exposed : attachment.exposed()) {
        ContainerPort port = ContainerPort.parse(exposed);
        boolean bound =
            result.stream()
                .anyMatch(
                    w -> w.containerPort() == port.number() && w.transport() == port.transport());
        if (!bound) {
          result.add(new Wish(port.transport(), defaultBinding, 0, 0, container, port.number()));
        }
      }
    }
    return result;
  }

  private static Wish wish(
      ContainerPort port, PortBinding binding, Ipv4 container, Ipv4 defaultBinding) {
    String ip = binding.hostIp();
    Ipv4 address = defaultBinding;
    if (ip != null && !ip.isEmpty()) {
      if (ip.contains(":")) {
        throw EngineException.notImplemented(
            "publishing ports on IPv6 addresses is not supported: %s", ip);
      }
      address =
          Ipv4.parse(ip)
              .orElseThrow(() -> EngineException.invalid("invalid IP address: %s", ip));
    }
    String host = binding.hostPort();
    if (host == null || host.isEmpty() || host.equals("0")) {
      return new Wish(port.transport(), address, 0, 0, container, port.number());
    }
    Matcher matcher = HOST_PORT.matcher(host);
    if (!matcher.matches()) {
      throw EngineException.invalid("invalid port specification: \"%s\"", host);
    }
    int first = portNumber(matcher.group(1));
    int last = matcher.group(2) == null ? first : portNumber(matcher.group(2));
    if (first == 0 || last < first) {
      throw EngineException.invalid("invalid port specification: \"%s\"", host);
    }
    return new Wish(port.transport(), address, first, last, container, port.number());
  }

  /** What is published already, from a container's record. */
  static List<Wish> again(Map<String, @Nullable List<PortBinding>> recorded, Ipv4 container) {
    List<Wish> result = new ArrayList<>();
    recorded.forEach((key, bindings) -> {
      if (bindings != null) {
        ContainerPort port = ContainerPort.parse(key);
        bindings.forEach(b -> result.add(wish(port, b, container, Ipv4.ANY)));
      }
    });
    return result;
  }

  /** As inspect shows them: exposed ports that are not published have null. */
  static Map<String, @Nullable List<PortBinding>> published(
      Attachment attachment, Collection<PublishedPort> ports) {
    Map<String, @Nullable List<PortBinding>> result = new TreeMap<>();
    attachment.exposed().forEach(e -> result.put(ContainerPort.parse(e).key(), null));
    for (PublishedPort port : ports) {
      String key =
          new ContainerPort(port.mapping().transport(), port.mapping().containerPort()).key();
      List<PortBinding> known = result.get(key);
      List<PortBinding> all = known == null ? new ArrayList<>() : new ArrayList<>(known);
      all.add(
          new PortBinding(
              port.mapping().hostAddress().toString(),
              Integer.toString(port.mapping().hostPort())));
      result.put(key, all);
    }
    return result;
  }
}
