package dev.priok.host.network;

import dev.priok.kernel.netlink.Link;
import dev.priok.kernel.netlink.NetlinkException;
import dev.priok.kernel.netlink.NetworkNamespace;
import dev.priok.kernel.netlink.RouteRequests;
import dev.priok.kernel.netlink.Rtnetlink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network namespace of one container. Closing it leaves the interfaces to the kernel, which
 * takes them down in the background: deleting a veth pair by name would cost some 30 ms.
 */
public final class Sandbox implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
  private static final Path SYSCTL = Path.of("/proc/sys/net");
  private static final int ATTEMPTS = 5;

  private final NetworkNamespace namespace;

  private Sandbox(NetworkNamespace namespace) {
    this.namespace = namespace;
  }

  /**
   * An interface to make.
   *
   * @param name inside the namespace
   * @param bridge index of the bridge
   * @param isolated may not talk to other ports of the bridge ({@code enable_icc=false})
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one call and is never compared
  public record Interface(
      String name, int bridge, Ipv4 address, int prefix, byte[] mac, int mtu, boolean isolated) {}

  /** The default route of a container: through which of its interfaces, to which address. */
  public record Gateway(String through, Ipv4 address) {}

  /**
   * A fresh namespace with loopback and the interfaces up, made by one thread inside it; {@code
   * more} runs there last. Nothing stays if any of it fails.
   */
  public static Sandbox create(
      List<Interface> interfaces, @Nullable Gateway gateway, Runnable more) {
    // A netlink socket stays in the namespace it was made in: this one is the host's.
    try (Rtnetlink host = new Rtnetlink()) {
      return new Sandbox(
          NetworkNamespace.create(
              namespace -> furnish(namespace, host, interfaces, gateway, more)));
    }
  }

  /** Does the same in the namespace that a process has, which stays if any of it fails. */
  public static Sandbox fill(
      long pid, List<Interface> interfaces, @Nullable Gateway gateway, Runnable more) {
    Sandbox sandbox = of(pid);
    try (Rtnetlink host = new Rtnetlink()) {
      sandbox.namespace.call(() -> {
        furnish(sandbox.namespace, host, interfaces, gateway, more);
        return "";
      });
      return sandbox;
    } catch (RuntimeException e) {
      sandbox.close();
      throw e;
    }
  }

  private static void furnish(
      NetworkNamespace namespace,
      Rtnetlink host,
      List<Interface> interfaces,
      @Nullable Gateway gateway,
      Runnable more) {
    settings();
    List<String> ports = interfaces.stream().map(i -> plug(host, namespace, i)).toList();
    try (Rtnetlink inside = new Rtnetlink()) {
      RouteRequests requests = new RouteRequests().up(1);
      for (Interface i : interfaces) {
        int index = configure(inside, requests, i);
        if (gateway != null && gateway.through().equals(i.name())) {
          requests.defaultRoute(index, gateway.address().bits());
        }
      }
      inside.send(requests, "configuring the interfaces of a container");
      interfaces.forEach(i -> settle(inside, i.name()));
    }
    ports.forEach(p -> settle(host, p));
    more.run();
  }

  private static void settings() {
    // The namespace's default decides for interfaces that come later; an interface without IPv6
    // sends no router solicitations and gets no link-local address, as with Docker.
    sysctl("ipv6/conf/default/disable_ipv6", "1");
    // Docker's defaults: low ports and ping need no capability inside a container.
    sysctl("ipv4/ip_unprivileged_port_start", "0");
    sysctl("ipv4/ping_group_range", "0 2147483647");
  }

  /** The namespace of a running process. */
  public static Sandbox of(long pid) {
    return new Sandbox(NetworkNamespace.open(Path.of("/proc/" + pid + "/ns/net")));
  }

  public Path path() {
    return namespace.path();
  }

  /** Runs in the namespace, on a thread of its own. */
  public <T> T call(Callable<T> task) {
    return namespace.call(task);
  }

  /** Adds an interface to a namespace in use. */
  public void attach(Interface wanted) {
    try (Rtnetlink host = new Rtnetlink()) {
      String port = plug(host, namespace, wanted);
      namespace.call(() -> {
        try (Rtnetlink route = new Rtnetlink()) {
          RouteRequests requests = new RouteRequests();
          configure(route, requests, wanted);
          route.send(requests, "configuring interface " + wanted.name());
          settle(route, wanted.name());
        }
        return "";
      });
      settle(host, port);
    }
  }

  public void detach(String name) {
    namespace.call(() -> {
      try (Rtnetlink route = new Rtnetlink()) {
        Optional<Link> link = route.link(name);
        if (link.isPresent()) {
          route.send(new RouteRequests().delete(link.get().index()), "removing " + name);
        }
      }
      return "";
    });
  }

  /** Adds the default route; there must be none. */
  public void defaultRoute(String name, Ipv4 gateway) {
    namespace.call(() -> {
      try (Rtnetlink route = new Rtnetlink()) {
        route.send(
            new RouteRequests().defaultRoute(index(route, name), gateway.bits()),
            "setting the default route through " + gateway);
      }
      return "";
    });
  }

  /** The interface that has an address. */
  public Optional<String> device(Ipv4 address) {
    return namespace.call(() -> {
      try (Rtnetlink route = new Rtnetlink()) {
        return route.addresses().stream()
            .filter(a -> a.address() == address.bits())
            .findFirst()
            .flatMap(a ->
                route.links().stream()
                    .filter(l -> l.index() == a.index())
                    .map(Link::name)
                    .findFirst());
      }
    });
  }

  private static int configure(Rtnetlink route, RouteRequests requests, Interface wanted) {
    int index = index(route, wanted.name());
    requests.up(index).addAddress(index, wanted.address().bits(), wanted.prefix());
    return index;
  }

  private static int index(Rtnetlink route, String name) {
    return route.link(name).orElseThrow().index();
  }

  private static String plug(Rtnetlink host, NetworkNamespace namespace, Interface wanted) {
    for (int attempt = 1; ; attempt++) {
      String name = "veth%07x".formatted(ThreadLocalRandom.current().nextInt(1 << 28));
      try {
        host.send(
            new RouteRequests()
                .addVeth(
                    new RouteRequests.Veth(
                        name,
                        wanted.bridge(),
                        wanted.name(),
                        namespace.fd(),
                        wanted.mac(),
                        wanted.mtu())),
            "making interface " + wanted.name());
        // With br_netfilter a translated frame may have to go out where it came in: a container
        // that calls its own published port. A message of its own: the first may find the name
        // taken, and then this one would change a stranger's port.
        host.send(
            new RouteRequests().portFlags(name, true, wanted.isolated()), "setting up " + name);
        return name;
      } catch (NetlinkException e) {
        if (e.errno() != NetlinkException.EEXIST || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * An interface that came up forwards nothing until the kernel's link watch has run, some
   * milliseconds later on a busy machine; a packet lost in between is repeated after a second only.
   * Asking for the link makes the watch run first (since Linux 6.8; harmless before).
   */
  private static void settle(Rtnetlink route, String name) {
    if (route.link(name).isEmpty()) {
      LOG.debug("interface {} is gone already", name);
    }
  }

  /** /proc/sys/net shows the namespace of the thread that opens it. */
  private static void sysctl(String name, String value) {
    try {
      Files.writeString(SYSCTL.resolve(name), value);
    } catch (IOException e) {
      // A kernel without IPv6 has none of its settings.
      LOG.debug("cannot set {}", name, e);
    }
  }

  @Override
  public void close() {
    namespace.close();
  }
}
