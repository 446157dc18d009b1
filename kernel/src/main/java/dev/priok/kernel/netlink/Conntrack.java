package dev.priok.kernel.netlink;

import static dev.priok.kernel.netlink.NetlinkRequest.ACK;
import static dev.priok.kernel.netlink.NetlinkRequest.DUMP;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's table of IPv4 connections, of the network namespace of the thread that opened it.
 *
 * <p>An entry remembers where the packets of a connection were sent when its first one came; rules
 * that are made later do not touch it. For UDP that lasts as long as packets keep coming.
 *
 * <p>Not for several threads at once.
 */
public final class Conntrack implements AutoCloseable {
  private static final int SUBSYSTEM = 1;
  private static final int FAMILY_IPV4 = 2;
  private static final int NEW = 0;
  private static final int GET = 1;
  private static final int DELETE = 2;
  private static final int HEADER = 4;
  // linux/netfilter/nfnetlink_conntrack.h
  private static final int TUPLE_ORIGINAL = 1;
  private static final int TUPLE_REPLY = 2;
  private static final int ID = 12;
  private static final int FILTER = 25;
  private static final int FILTER_ORIGINAL_FLAGS = 1;
  private static final int FILTER_REPLY_FLAGS = 2;
  private static final int FILTER_BY_PROTOCOL = 1 << 3;
  private static final int FILTER_BY_DESTINATION_PORT = 1 << 5;
  private static final int TUPLE_IP = 1;
  private static final int TUPLE_PROTOCOL = 2;

  private final NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETFILTER);

  /**
   * An entry.
   *
   * @param destination where the first packet was sent, big-endian as an int
   * @param port its port
   * @param answering the address whose answers are taken: the destination's, unless translated
   * @param answeringPort its port
   */
  public record Flow(
      int protocol, int destination, int port, int answering, int answeringPort, Handle handle) {}

  /** Names the entry to the kernel. */
  public static final class Handle {
    private final byte[] original;
    private final byte @Nullable [] id;

    private Handle(byte[] original, byte @Nullable [] id) {
      this.original = original;
      this.id = id;
    }
  }

  /** Connections of a protocol whose first packet went to this port. */
  public List<Flow> to(int protocol, int port) {
    List<NetlinkReply> found;
    try {
      found = list(r -> filter(r, protocol, port));
    } catch (NetlinkException e) {
      // The kernel filters since Linux 5.8; before it lists everything.
      found = list(r -> {});
    }
    return found.stream()
        .filter(reply -> reply.type() == (SUBSYSTEM << 8 | NEW))
        .map(Conntrack::flow)
        .filter(flow -> flow.protocol() == protocol && flow.port() == port)
        .toList();
  }

  private List<NetlinkReply> list(Consumer<NetlinkRequest> filter) {
    NetlinkRequest request =
        new NetlinkRequest()
            .message(
                SUBSYSTEM << 8 | GET,
                DUMP,
                r -> {
                  header(r);
                  filter.accept(r);
                });
    return socket.dump(request, "listing connections");
  }

  private static void filter(NetlinkRequest request, int protocol, int port) {
    request.nest(
        TUPLE_ORIGINAL,
        tuple ->
            tuple.nest(
                TUPLE_PROTOCOL,
                p -> p.attr8(1, protocol).attr(3, new byte[] {(byte) (port >> 8), (byte) port})));
    request.nest(
        FILTER,
        f ->
            f.attr32(FILTER_ORIGINAL_FLAGS, FILTER_BY_PROTOCOL | FILTER_BY_DESTINATION_PORT)
                .attr32(FILTER_REPLY_FLAGS, 0));
  }

  private static void header(NetlinkRequest request) {
    request.u8(FAMILY_IPV4).u8(0).u16(0);
  }

  private static Flow flow(NetlinkReply reply) {
    Map<Integer, ByteBuffer> attributes = reply.attributes(HEADER);
    ByteBuffer original = attributes.get(TUPLE_ORIGINAL);
    ByteBuffer id = attributes.get(ID);
    Map<Integer, ByteBuffer> to = part(original, TUPLE_PROTOCOL);
    ByteBuffer protocol = to.get(1);
    return new Flow(
        protocol == null ? 0 : protocol.get(0) & 0xff,
        NetlinkReply.be32(part(original, TUPLE_IP).get(2)),
        port(to.get(3)),
        NetlinkReply.be32(part(attributes.get(TUPLE_REPLY), TUPLE_IP).get(1)),
        port(part(attributes.get(TUPLE_REPLY), TUPLE_PROTOCOL).get(2)),
        new Handle(NetlinkReply.bytes(original), id == null ? null : NetlinkReply.bytes(id)));
  }

  private static Map<Integer, ByteBuffer> part(@Nullable ByteBuffer tuple, int which) {
    ByteBuffer part = tuple == null ? null : NetlinkReply.attributes(tuple, 0).get(which);
    return part == null ? Map.of() : NetlinkReply.attributes(part, 0);
  }

  private static int port(@Nullable ByteBuffer value) {
    return value == null || value.limit() < 2
        ? 0
        : (value.get(0) & 0xff) << 8 | (value.get(1) & 0xff);
  }

  /** Removes an entry; its next packet is looked at as a first one. Harmless if it is gone. */
  public void forget(Flow flow) {
    Handle handle = flow.handle();
    NetlinkRequest request =
        new NetlinkRequest()
            .message(
                SUBSYSTEM << 8 | DELETE,
                ACK,
                r -> {
                  header(r);
                  r.nest(TUPLE_ORIGINAL, t -> t.bytes(handle.original));
                  if (handle.id != null) {
                    r.attr(ID, handle.id);
                  }
                });
    try {
      socket.talk(request, "forgetting a connection");
    } catch (NetlinkException e) {
      if (e.errno() != NetlinkException.ENOENT) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
