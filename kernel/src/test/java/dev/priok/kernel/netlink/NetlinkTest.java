package dev.priok.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.kernel.netlink.NftBatch.Element;
import dev.priok.kernel.netlink.NftBatch.NftSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against the kernel, inside namespaces that end with each test. */
final class NetlinkTest {
  @Test
  void writesWhatTheManualSays() {
    byte[] up = new RouteRequests().up(7).request().toBytes();
    assertThat(HexFormat.of().formatHex(up))
        .isEqualTo(
            "20000000"
                + "1000"
                + "0500"
                + "01000000"
                + "00000000"
                + "00000000"
                + "07000000"
                + "01000000"
                + "01000000");
    NetlinkRequest attributes = new NetlinkRequest().attrString(3, "ab").attrBe32(2, 5);
    assertThat(HexFormat.of().formatHex(attributes.toBytes()))
        .isEqualTo("0700030061620000" + "0800020000000005");
  }

  @Test
  void makesAWorkingPairOfNamespaces() {
    try (NetworkNamespace host = NetworkNamespace.create();
        NetworkNamespace guest = NetworkNamespace.create()) {
      byte[] mac = {2, 0x42, 10, 9, 0, 2};
      host.call(() -> {
        try (Rtnetlink route = new Rtnetlink()) {
          route.send(new RouteRequests().addBridge("br0", null, 1400), "bridge");
          Link bridge = route.link("br0").orElseThrow();
          assertThat(bridge.kind()).isEqualTo("bridge");
          assertThat(bridge.mtu()).isEqualTo(1400);
          route.send(
              new RouteRequests()
                  .addAddress(bridge.index(), 0x0a090001, 24)
                  .addVeth(
                      new RouteRequests.Veth(
                          "veth1", bridge.index(), "eth0", guest.fd(), mac, 1400)),
              "veth");
          Link port = route.link("veth1").orElseThrow();
          assertThat(port.master()).isEqualTo(bridge.index());
          route.send(new RouteRequests().portFlags("veth1", true, true), "port");
          assertThat(route.addresses())
              .contains(new Rtnetlink.Assigned(0x0a090001, 24, bridge.index()));
        }
        return null;
      });
      guest.call(() -> {
        try (Rtnetlink route = new Rtnetlink()) {
          Link eth0 = route.link("eth0").orElseThrow();
          assertThat(eth0.mac()).isEqualTo("02:42:0a:09:00:02");
          route.send(
              new RouteRequests()
                  .up(1)
                  .up(eth0.index())
                  .addAddress(eth0.index(), 0x0a090002, 24)
                  .defaultRoute(eth0.index(), 0x0a090001),
              "guest");
          assertThat(route.routes()).contains(new Route(0, 0, eth0.index(), 0x0a090001, 254));
          assertThat(route.links()).extracting(Link::name).contains("lo", "eth0");
          assertThat(route.link("nothere")).isEmpty();
          assertThatThrownBy(() -> route.send(new RouteRequests().up(4711), "raising a ghost"))
              .isInstanceOf(NetlinkException.class)
              .hasMessageStartingWith("raising a ghost: no such device");
        }
        return null;
      });
    }
  }

  @Test
  void aBatchIsDoneWhollyOrNotAtAll() {
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.call(() -> {
        NftSocket socket = new NftSocket();
        for (int twice = 0; twice < 2; twice++) {
          new NftBatch("t")
              .table()
              .set(NftSet.of("pairs", 16, 16))
              .set(NftSet.map("published", 8, 1, 2))
              .chain("sub")
              .chain("pre", NftBatch.Hook.NAT_PREROUTING)
              .chain("post", NftBatch.Hook.NAT_POSTROUTING)
              .chain("fwd", NftBatch.Hook.FORWARD)
              .flush("pre")
              .flush("post")
              .rule("pre", new NftExpressions().destinationIsLocal().jump("sub"))
              .rule(
                  "post",
                  new NftExpressions()
                      .inputName(0)
                      .outputName(4)
                      .lookup("pairs", 0)
                      .connectionStatus(NftExpressions.STATUS_DNAT)
                      .masquerade())
              .rule(
                  "sub",
                  new NftExpressions()
                      .protocol(0)
                      .destinationPort(1)
                      .map("published", 0, 0)
                      .dnat(0, 1))
              .commit(socket, "making the table");
        }
        Element element =
            new Element(
                NftExpressions.concat(new byte[] {6}, NftExpressions.port(80)),
                NftExpressions.concat(
                    NftExpressions.address(0x0a090002), NftExpressions.port(8080)));
        new NftBatch("t").add("published", List.of(element)).commit(socket, "publishing");
        Element absent =
            new Element(NftExpressions.concat(new byte[] {6}, NftExpressions.port(81)), null);
        assertThatThrownBy(() ->
                new NftBatch("t")
                    .empty("published")
                    .delete("published", List.of(absent))
                    .commit(socket, "removing"))
            .isInstanceOf(NetlinkException.class)
            .hasMessageStartingWith("removing: no such object");
        // The element survived the failed batch, so deleting it works.
        new NftBatch("t")
            .delete("published", List.of(new Element(element.key(), null)))
            .commit(socket, "unpublishing");
        new NftBatch("t").deleteTable().commit(socket, "dropping");
        socket.close();
        return null;
      });
    }
  }

  @Test
  void connectionsAreFoundByPortAndForgotten() throws Exception {
    try (NetworkNamespace host = NetworkNamespace.create()) {
      host.call(() -> {
        try (Rtnetlink route = new Rtnetlink()) {
          route.send(new RouteRequests().up(1), "loopback");
        }
        // The kernel keeps the table where a rule looks at it.
        try (NftSocket nft = new NftSocket()) {
          new NftBatch("watch")
              .table()
              .chain("forward", NftBatch.Hook.FORWARD)
              .rule("forward", new NftExpressions().connectionStatus(1).accept())
              .commit(nft, "watching connections");
        }
        try (java.net.DatagramSocket server =
                new java.net.DatagramSocket(0, java.net.InetAddress.getLoopbackAddress());
            java.net.DatagramSocket client = new java.net.DatagramSocket();
            Conntrack connections = new Conntrack()) {
          int port = server.getLocalPort();
          assertThat(connections.to(17, port)).isEmpty();
          client.send(new java.net.DatagramPacket(new byte[1], 1, server.getLocalSocketAddress()));
          List<Conntrack.Flow> flows = connections.to(17, port);
          assertThat(flows).hasSize(1);
          assertThat(flows.getFirst().destination()).isEqualTo(0x7f000001);
          assertThat(flows.getFirst().answering()).isEqualTo(0x7f000001);
          assertThat(flows.getFirst().answeringPort()).isEqualTo(port);
          assertThat(connections.to(6, port)).isEmpty();
          connections.forget(flows.getFirst());
          connections.forget(flows.getFirst());
          assertThat(connections.to(17, port)).isEmpty();
        }
        return null;
      });
    }
  }
}
