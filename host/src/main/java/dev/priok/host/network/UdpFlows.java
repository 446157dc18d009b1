package dev.priok.host.network;

import dev.priok.kernel.netlink.Conntrack;
import dev.priok.kernel.netlink.Conntrack.Flow;
import dev.priok.kernel.netlink.NetlinkException;
import dev.priok.kernel.netlink.Rtnetlink;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the kernel look anew at UDP packets whose port was published or is no longer.
 *
 * <p>A client that keeps sending keeps its entry in the table of connections alive, and with it the
 * way that its packets took before: to nobody, if the port was published later, or to a container
 * that is gone. Only entries of the port concerned are touched, and of those only the ones to this
 * host or to the container; others' packets to the same port pass through undisturbed.
 */
final class UdpFlows {
  private static final Logger LOG = LoggerFactory.getLogger(UdpFlows.class);

  private @Nullable Conntrack table;

  /** After the rules have changed. */
  void forget(Collection<PortMapping> changed) {
    List<PortMapping> udp = changed.stream().filter(m -> m.transport() == Transport.UDP).toList();
    if (udp.isEmpty()) {
      return;
    }
    try {
      Conntrack connections = table();
      Set<Integer> own = ownAddresses();
      for (PortMapping mapping : udp) {
        for (Flow flow : connections.to(Transport.UDP.number(), mapping.hostPort())) {
          if (concerns(mapping, flow, own)) {
            connections.forget(flow);
          }
        }
      }
    } catch (NetlinkException e) {
      // The port works for new clients in any case.
      LOG.warn("clients that sent before may have to wait until their entry ends", e);
    }
  }

  private static boolean concerns(PortMapping mapping, Flow flow, Set<Integer> own) {
    boolean translated =
        flow.answering() == mapping.containerAddress().bits()
            && flow.answeringPort() == mapping.containerPort();
    boolean here =
        mapping.hostAddress().isAny()
            ? own.contains(flow.destination()) || (flow.destination() >>> 24) == 127
            : flow.destination() == mapping.hostAddress().bits();
    return translated || here;
  }

  private static Set<Integer> ownAddresses() {
    try (Rtnetlink host = new Rtnetlink()) {
      return host.addresses().stream().map(Rtnetlink.Assigned::address).collect(Collectors.toSet());
    }
  }

  private Conntrack table() {
    Conntrack known = table;
    if (known == null) {
      known = new Conntrack();
      table = known;
    }
    return known;
  }
}
