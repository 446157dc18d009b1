package dev.priok.cli.format;

import dev.priok.model.api.container.Port;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ports of a container in one cell, with runs of them as ranges. */
public final class Ports {
  private record Group(String ip, String protocol, int first, int last, int publicFirst) {}

  private Ports() {}

  /** For example {@code 0.0.0.0:8080->80/tcp, 9000-9002/tcp}. */
  public static String text(@Nullable List<Port> ports) {
    if (ports == null) {
      return "";
    }
    List<Port> sorted =
        ports.stream()
            .sorted(
                Comparator.comparing(Ports::isPublished)
                    .reversed()
                    .thenComparing(Ports::ip)
                    .thenComparing(Ports::protocol)
                    .thenComparingInt(Ports::inside)
                    .thenComparingInt(Ports::outside))
            .toList();
    List<Group> groups = new ArrayList<>();
    for (Port port : sorted) {
      Group last = groups.isEmpty() ? null : groups.getLast();
      if (last != null && continues(last, port)) {
        groups.set(
            groups.size() - 1,
            new Group(last.ip, last.protocol, last.first, inside(port), last.publicFirst));
      } else {
        groups.add(new Group(ip(port), protocol(port), inside(port), inside(port), outside(port)));
      }
    }
    List<String> shown = groups.stream().map(Ports::show).toList();
    return String.join(", ", shown);
  }

  private static boolean continues(Group group, Port port) {
    boolean follows = inside(port) == group.last + 1;
    boolean publicFollows =
        group.publicFirst == 0
            ? outside(port) == 0
            : outside(port) == group.publicFirst + (inside(port) - group.first);
    return follows
        && publicFollows
        && group.ip.equals(ip(port))
        && group.protocol.equals(protocol(port));
  }

  private static String show(Group group) {
    String inner = range(group.first, group.last) + "/" + group.protocol;
    if (group.publicFirst == 0) {
      return inner;
    }
    String ip = group.ip.contains(":") ? "[" + group.ip + "]" : group.ip;
    String outer = range(group.publicFirst, group.publicFirst + group.last - group.first);
    return (ip.isEmpty() ? "" : ip + ":") + outer + "->" + inner;
  }

  private static String range(int first, int last) {
    return first == last ? String.valueOf(first) : first + "-" + last;
  }

  private static boolean isPublished(Port port) {
    return outside(port) != 0;
  }

  private static String ip(Port port) {
    return port.ip() == null ? "" : port.ip();
  }

  private static String protocol(Port port) {
    return port.type() == null ? "tcp" : port.type();
  }

  private static int inside(Port port) {
    return port.privatePort() == null ? 0 : port.privatePort();
  }

  private static int outside(Port port) {
    return port.publicPort() == null ? 0 : port.publicPort();
  }
}
