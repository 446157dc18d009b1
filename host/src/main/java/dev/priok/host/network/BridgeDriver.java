package dev.priok.host.network;

import dev.priok.kernel.netlink.Link;
import dev.priok.kernel.netlink.NetlinkException;
import dev.priok.kernel.netlink.RouteRequests;
import dev.priok.kernel.netlink.Rtnetlink;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes and removes bridges in the host's namespace, and looks which subnets the host uses. */
public final class BridgeDriver {
  private static final Logger LOG = LoggerFactory.getLogger(BridgeDriver.class);
  private static final Path IPV4 = Path.of("/proc/sys/net/ipv4");
  private static final int LOCAL_TABLE = 255;

  /**
   * A bridge.
   *
   * @param address of the bridge itself, the containers' gateway
   * @param mtu of bridge and ports, 0 for the kernel's default
   */
  public record Bridge(String name, Ipv4 address, int prefix, int mtu) {}

  /** Makes the bridge, or gives the one there is its address; returns its index. */
  public int ensure(Bridge bridge) {
    try (Rtnetlink route = new Rtnetlink()) {
      Optional<Link> existing = route.link(bridge.name());
      Link link = existing.isPresent() ? existing.get() : create(route, bridge);
      if (!link.kind().equals("bridge")) {
        throw EngineException.internal(
            "interface " + bridge.name() + " exists and is not a bridge", null);
      }
      RouteRequests requests = new RouteRequests();
      boolean there = false;
      for (Rtnetlink.Assigned assigned : route.addresses()) {
        if (assigned.index() == link.index()) {
          boolean right =
              assigned.address() == bridge.address().bits() && assigned.prefix() == bridge.prefix();
          there |= right;
          if (!right) {
            LOG.info("bridge {} loses its address {}", bridge.name(), new Ipv4(assigned.address()));
            requests.deleteAddress(link.index(), assigned.address(), assigned.prefix());
          }
        }
      }
      if (!there) {
        requests.addAddress(link.index(), bridge.address().bits(), bridge.prefix());
      }
      requests.up(link.index());
      route.send(requests, "setting up bridge " + bridge.name());
      routeLocalnet(bridge.name());
      return link.index();
    }
  }

  private static Link create(Rtnetlink route, Bridge bridge) {
    // A bridge without a MAC of its own takes the lowest of its ports', so it changes as
    // containers come and go, and with it every container's ARP entry for the gateway.
    byte[] mac = bridge.address().mac();
    route.send(
        new RouteRequests().addBridge(bridge.name(), mac, bridge.mtu()),
        "making bridge " + bridge.name());
    return route.link(bridge.name()).orElseThrow();
  }

  /** Replies to the host's loopback come in on the bridge (ip-sysctl: route_localnet). */
  private static void routeLocalnet(String bridge) {
    write(IPV4.resolve("conf").resolve(bridge).resolve("route_localnet"), "1");
  }

  /** Harmless where there is none. */
  public void remove(String name) {
    try (Rtnetlink route = new Rtnetlink()) {
      Optional<Link> link = route.link(name);
      if (link.isPresent() && link.get().kind().equals("bridge")) {
        route.send(new RouteRequests().delete(link.get().index()), "removing bridge " + name);
      }
    } catch (NetlinkException e) {
      if (e.errno() != NetlinkException.ENODEV) {
        throw e;
      }
    }
  }

  /**
   * Removes a bridge as {@link #ensure} makes it. One that somebody else made (its address is not
   * the one given at making) or that has a stranger's port stays: it may be how the host is
   * reached.
   */
  public void removeOwn(String name, Ipv4 address) {
    try (Rtnetlink route = new Rtnetlink()) {
      Optional<Link> link = route.link(name);
      if (link.isPresent() && isOwn(route, link.get(), address)) {
        route.send(new RouteRequests().delete(link.get().index()), "removing bridge " + name);
      }
    } catch (NetlinkException e) {
      if (e.errno() != NetlinkException.ENODEV) {
        throw e;
      }
    }
  }

  private static boolean isOwn(Rtnetlink route, Link bridge, Ipv4 address) {
    // Interfaces of containers that have just ended are taken down by the kernel a little later.
    return bridge.kind().equals("bridge")
        && bridge.mac().equals(HexFormat.ofDelimiter(":").formatHex(address.mac()))
        && route.links().stream()
            .allMatch(l -> l.master() != bridge.index() || l.kind().equals("veth"));
  }

  public boolean exists(String name) {
    try (Rtnetlink route = new Rtnetlink()) {
      return route.link(name).isPresent();
    }
  }

  /** The first address of an interface that somebody else made, if it has one. */
  public Optional<Subnet.Cidr> address(String name) {
    try (Rtnetlink route = new Rtnetlink()) {
      Optional<Link> link = route.link(name);
      return link.flatMap(l ->
          route.addresses().stream()
              .filter(a -> a.index() == l.index())
              .findFirst()
              .map(a -> new Subnet.Cidr(new Ipv4(a.address()), a.prefix())));
    }
  }

  /** Every subnet that the host routes or has an address in, default routes apart. */
  public List<Subnet> usedSubnets() {
    List<Subnet> result = new ArrayList<>();
    try (Rtnetlink route = new Rtnetlink()) {
      route.routes().stream()
          .filter(r -> r.prefix() > 0 && r.table() != LOCAL_TABLE)
          .map(r -> new Subnet.Cidr(new Ipv4(r.destination()), r.prefix()).subnet())
          .forEach(result::add);
      route.addresses().stream()
          .map(a -> new Subnet.Cidr(new Ipv4(a.address()), a.prefix()).subnet())
          .forEach(result::add);
    }
    return result;
  }

  /** Lets the host pass packets on between interfaces; without it containers reach nothing. */
  public void enableForwarding() {
    Path forwarding = IPV4.resolve("ip_forward");
    try {
      if (Files.readString(forwarding).trim().equals("1")) {
        return;
      }
    } catch (IOException e) {
      LOG.debug("cannot read {}", forwarding, e);
    }
    write(forwarding, "1");
  }

  private static void write(Path path, String value) {
    try {
      Files.writeString(path, value);
    } catch (IOException e) {
      throw EngineException.internal("cannot set " + path + " to " + value, e);
    }
  }
}
