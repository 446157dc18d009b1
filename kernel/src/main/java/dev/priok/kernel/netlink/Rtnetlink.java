package dev.priok.kernel.netlink;

import static dev.priok.kernel.netlink.NetlinkRequest.ACK;
import static dev.priok.kernel.netlink.NetlinkRequest.DUMP;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Links, addresses and routes of the namespace of the thread that opened it. */
public final class Rtnetlink implements AutoCloseable {
  private static final int NEWLINK = 16;
  private static final int GETLINK = 18;
  private static final int NEWADDR = 20;
  private static final int GETADDR = 22;
  private static final int NEWROUTE = 24;
  private static final int GETROUTE = 26;
  private static final int LINK_HEADER = 16;
  private static final int ADDRESS_HEADER = 8;
  private static final int ROUTE_HEADER = 12;

  private final NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.ROUTE);

  /** Does all of {@code requests} in order; {@code doing} starts the message of a failure. */
  public void send(RouteRequests requests, String doing) {
    socket.talk(requests.request(), doing);
  }

  public List<Link> links() {
    NetlinkRequest request =
        new NetlinkRequest().message(GETLINK, DUMP, r -> r.bytes(new byte[LINK_HEADER]));
    return socket.dump(request, "listing links").stream()
        .filter(reply -> reply.type() == NEWLINK)
        .map(Rtnetlink::link)
        .toList();
  }

  public Optional<Link> link(String name) {
    NetlinkRequest request =
        new NetlinkRequest()
            .message(GETLINK, ACK, r -> r.bytes(new byte[LINK_HEADER]).attrString(3, name));
    try {
      return socket.talk(request, "looking for link " + name).stream()
          .filter(reply -> reply.type() == NEWLINK)
          .map(Rtnetlink::link)
          .findFirst();
    } catch (NetlinkException e) {
      if (e.errno() == NetlinkException.ENODEV) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Link link(NetlinkReply reply) {
    Map<Integer, ByteBuffer> attributes = reply.attributes(LINK_HEADER);
    ByteBuffer info = attributes.get(18);
    String kind = info == null ? "" : NetlinkReply.string(NetlinkReply.attributes(info, 0).get(1));
    return new Link(
        reply.body().getInt(4),
        NetlinkReply.string(attributes.get(3)),
        kind,
        NetlinkReply.i32(attributes.get(10)),
        (reply.body().getInt(8) & 1) != 0,
        NetlinkReply.i32(attributes.get(4)),
        HexFormat.ofDelimiter(":").formatHex(NetlinkReply.bytes(attributes.get(1))));
  }

  /**
   * An address of an interface.
   *
   * @param address big-endian as an int
   * @param prefix length of the network part
   * @param index of the interface
   */
  public record Assigned(int address, int prefix, int index) {}

  /** All IPv4 addresses. */
  public List<Assigned> addresses() {
    NetlinkRequest request =
        new NetlinkRequest()
            .message(GETADDR, DUMP, r -> r.u8(2).bytes(new byte[ADDRESS_HEADER - 1]));
    List<Assigned> result = new ArrayList<>();
    for (NetlinkReply reply : socket.dump(request, "listing addresses")) {
      // The kernel lists other families too when it does not filter strictly.
      if (reply.type() == NEWADDR && reply.body().get(0) == 2) {
        Map<Integer, ByteBuffer> attributes = reply.attributes(ADDRESS_HEADER);
        ByteBuffer local = attributes.getOrDefault(2, attributes.get(1));
        result.add(
            new Assigned(
                NetlinkReply.be32(local), reply.body().get(1) & 0xff, reply.body().getInt(4)));
      }
    }
    return result;
  }

  /** All IPv4 routes. */
  public List<Route> routes() {
    NetlinkRequest request =
        new NetlinkRequest()
            .message(GETROUTE, DUMP, r -> r.u8(2).bytes(new byte[ROUTE_HEADER - 1]));
    List<Route> result = new ArrayList<>();
    for (NetlinkReply reply : socket.dump(request, "listing routes")) {
      if (reply.type() == NEWROUTE && reply.body().get(0) == 2) {
        Map<Integer, ByteBuffer> attributes = reply.attributes(ROUTE_HEADER);
        ByteBuffer table = attributes.get(15);
        result.add(
            new Route(
                NetlinkReply.be32(attributes.get(1)),
                reply.body().get(1) & 0xff,
                NetlinkReply.i32(attributes.get(4)),
                NetlinkReply.be32(attributes.get(5)),
                table == null ? reply.body().get(4) & 0xff : NetlinkReply.i32(table)));
      }
    }
    return result;
  }

  @Override
  public void close() {
    socket.close();
  }
}
