package dev.priok.kernel.netlink;

import static dev.priok.kernel.netlink.NetlinkRequest.ACK;
import static dev.priok.kernel.netlink.NetlinkRequest.CREATE;
import static dev.priok.kernel.netlink.NetlinkRequest.EXCL;
import static dev.priok.kernel.netlink.NetlinkRequest.REPLACE;

import org.jspecify.annotations.Nullable;

/**
 * Rtnetlink messages (rtnetlink(7)), written one after the other into one request; {@link
 * Rtnetlink#send} does them in order in one system call. The kernel stops at no failed message of a
 * route request, so a failure means: undo or throw the namespace away.
 */
public final class RouteRequests {
  private static final int NEWLINK = 16;
  private static final int DELLINK = 17;
  private static final int NEWADDR = 20;
  private static final int DELADDR = 21;
  private static final int NEWROUTE = 24;

  private static final int IFF_UP = 1;
  private static final int AF_INET = 2;

  private static final int IFLA_ADDRESS = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_MASTER = 10;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_NET_NS_FD = 28;
  private static final int IFLA_PROTINFO = 12;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IFLA_INFO_DATA = 2;
  private static final int VETH_INFO_PEER = 1;
  private static final int IFLA_BRPORT_MODE = 4;
  private static final int IFLA_BRPORT_ISOLATED = 33;
  private static final int AF_BRIDGE = 7;

  private final NetlinkRequest request = new NetlinkRequest();

  /** A veth pair: {@code host} as a port of {@code bridge}, up; {@code peer} inside a namespace. */
  @SuppressWarnings("ArrayRecordComponent") // lives for one call and is never compared
  public record Veth(
      String host, int bridge, String peer, int namespaceFd, byte[] peerMac, int mtu) {}

  public RouteRequests addBridge(String name, byte @Nullable [] mac, int mtu) {
    request.message(
        NEWLINK,
        ACK | CREATE | EXCL,
        r -> {
          link(r, 0, 0, IFF_UP, IFF_UP);
          r.attrString(IFLA_IFNAME, name);
          if (mac != null) {
            r.attr(IFLA_ADDRESS, mac);
          }
          if (mtu > 0) {
            r.attr32(IFLA_MTU, mtu);
          }
          r.attrs(IFLA_LINKINFO, i -> i.attrString(IFLA_INFO_KIND, "bridge"));
        });
    return this;
  }

  /** The peer comes out down: IFF_UP on it at creation fails with ENOTCONN. Raise it inside. */
  public RouteRequests addVeth(Veth veth) {
    request.message(
        NEWLINK,
        ACK | CREATE | EXCL,
        r -> {
          link(r, 0, 0, IFF_UP, IFF_UP);
          r.attrString(IFLA_IFNAME, veth.host());
          if (veth.bridge() != 0) {
            r.attr32(IFLA_MASTER, veth.bridge());
          }
          if (veth.mtu() > 0) {
            r.attr32(IFLA_MTU, veth.mtu());
          }
          r.attrs(
              IFLA_LINKINFO,
              i -> {
                i.attrString(IFLA_INFO_KIND, "veth");
                i.attrs(IFLA_INFO_DATA, d -> d.attrs(VETH_INFO_PEER, p -> peer(p, veth)));
              });
        });
    return this;
  }

  private static void peer(NetlinkRequest r, Veth veth) {
    link(r, 0, 0, 0, 0);
    r.attrString(IFLA_IFNAME, veth.peer());
    r.attr(IFLA_ADDRESS, veth.peerMac());
    if (veth.mtu() > 0) {
      r.attr32(IFLA_MTU, veth.mtu());
    }
    r.attr32(IFLA_NET_NS_FD, veth.namespaceFd());
  }

  public RouteRequests up(int index) {
    request.message(NEWLINK, ACK, r -> link(r, 0, index, IFF_UP, IFF_UP));
    return this;
  }

  public RouteRequests down(int index) {
    request.message(NEWLINK, ACK, r -> link(r, 0, index, 0, IFF_UP));
    return this;
  }

  /** Only a link that is down can be renamed on older kernels. */
  public RouteRequests rename(int index, String name) {
    request.message(
        NEWLINK,
        ACK,
        r -> {
          link(r, 0, index, 0, 0);
          r.attrString(IFLA_IFNAME, name);
        });
    return this;
  }

  public RouteRequests setMac(int index, byte[] mac) {
    request.message(
        NEWLINK,
        ACK,
        r -> {
          link(r, 0, index, 0, 0);
          r.attr(IFLA_ADDRESS, mac);
        });
    return this;
  }

  public RouteRequests setMtu(int index, int mtu) {
    request.message(
        NEWLINK,
        ACK,
        r -> {
          link(r, 0, index, 0, 0);
          r.attr32(IFLA_MTU, mtu);
        });
    return this;
  }

  /**
   * Flags of a bridge port: hairpin lets a frame out where it came in; isolated ports reach the
   * bridge but not one another.
   */
  public RouteRequests portFlags(int index, boolean hairpin, boolean isolated) {
    request.message(
        NEWLINK,
        ACK,
        r -> {
          link(r, AF_BRIDGE, index, 0, 0);
          r.nest(
              IFLA_PROTINFO,
              p -> {
                p.attr8(IFLA_BRPORT_MODE, hairpin ? 1 : 0);
                p.attr8(IFLA_BRPORT_ISOLATED, isolated ? 1 : 0);
              });
        });
    return this;
  }

  public RouteRequests delete(int index) {
    request.message(DELLINK, ACK, r -> link(r, 0, index, 0, 0));
    return this;
  }

  public RouteRequests addAddress(int index, int address, int prefix) {
    request.message(NEWADDR, ACK | CREATE | EXCL, r -> address(r, index, address, prefix));
    return this;
  }

  public RouteRequests deleteAddress(int index, int address, int prefix) {
    request.message(DELADDR, ACK, r -> address(r, index, address, prefix));
    return this;
  }

  /** Default route of the main table, in place of the one there is. */
  public RouteRequests defaultRoute(int index, int gateway) {
    request.message(
        NEWROUTE,
        ACK | CREATE | REPLACE,
        r -> {
          // family, destination and source length, tos; table main, protocol boot, scope universe,
          // type unicast
          r.u8(AF_INET).u8(0).u8(0).u8(0).u8(254).u8(3).u8(0).u8(1).i32(0);
          r.attr(5, NetlinkRequest.be32(gateway));
          r.attr32(4, index);
        });
    return this;
  }

  private static void address(NetlinkRequest r, int index, int address, int prefix) {
    r.u8(AF_INET).u8(prefix).u8(0).u8(0).i32(index);
    byte[] bytes = NetlinkRequest.be32(address);
    r.attr(2, bytes);
    r.attr(1, bytes);
    if (prefix < 31) {
      int broadcast = address | (-1 >>> prefix);
      r.attr(4, NetlinkRequest.be32(broadcast));
    }
  }

  private static void link(NetlinkRequest r, int family, int index, int flags, int change) {
    r.u8(family).u8(0).u16(0).i32(index).i32(flags).i32(change);
  }

  NetlinkRequest request() {
    return request;
  }
}
