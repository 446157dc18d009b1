package dev.priok.engine.networks;

import dev.priok.engine.Filters;
import dev.priok.engine.events.Events;
import dev.priok.engine.networks.ContainerNetworks.Attachment;
import dev.priok.engine.networks.ContainerNetworks.Plugged;
import dev.priok.engine.streams.MessageSink;
import dev.priok.host.network.BridgeDriver;
import dev.priok.host.network.Ipv4;
import dev.priok.host.network.NftFirewall;
import dev.priok.host.network.PortAllocator;
import dev.priok.host.network.Sandbox;
import dev.priok.host.store.Records;
import dev.priok.kernel.netlink.Link;
import dev.priok.kernel.netlink.NetworkNamespace;
import dev.priok.kernel.netlink.RouteRequests;
import dev.priok.kernel.netlink.Rtnetlink;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.api.system.EventMessage;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.ContainerId;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A namespace that plays the host, with a neighbour on a wire; the real host is left alone. */
final class TestHost implements ContainerDirectory, Events, AutoCloseable {
  private final NetworkNamespace namespace = NetworkNamespace.create();
  private final NetworkNamespace outside = NetworkNamespace.create();
  private final Map<String, NetworkRecord> store = new TreeMap<>();
  private final Map<String, Attachment> attachments = new HashMap<>();
  private final Map<ContainerId, Plugged> plugged = new HashMap<>();
  private final List<BridgedContainers> daemons = new ArrayList<>();
  private boolean wired;
  private @Nullable BridgedContainers containers;
  private @Nullable ManageNetworks networks;

  void start() {
    if (!wired) {
      wire();
      wired = true;
    }
    BridgeDriver driver = new BridgeDriver();
    NftFirewall firewall = new NftFirewall("priok_test");
    NetworkRegistry registry =
        new NetworkRegistry(records(), driver, firewall, NetworkOptions.defaults("priok0"));
    call(() -> {
      registry.start();
      return "";
    });
    containers = new BridgedContainers(registry, firewall, new PortAllocator(true), this);
    networks = new ManageNetworks(registry, containers, this, this);
    daemons.add(containers);
    if (daemons.size() == 1) {
      call(() -> {
        containers().reconcile();
        return "";
      });
    }
  }

  /** 192.0.2.1 here, 192.0.2.2 there; the neighbour routes everything through the host. */
  private void wire() {
    call(() -> {
      try (Rtnetlink route = new Rtnetlink()) {
        byte[] mac = new Ipv4(0xc0000202).mac();
        route.send(
            new RouteRequests()
                .up(1)
                .addVeth(new RouteRequests.Veth("wire", 0, "eth0", outside.fd(), mac, 0)),
            "wire");
        Link wire = route.link("wire").orElseThrow();
        route.send(new RouteRequests().addAddress(wire.index(), 0xc0000201, 24), "address");
      }
      return "";
    });
    outside.call(() -> {
      try (Rtnetlink route = new Rtnetlink()) {
        Link eth0 = route.link("eth0").orElseThrow();
        route.send(
            new RouteRequests()
                .up(1)
                .up(eth0.index())
                .addAddress(eth0.index(), 0xc0000202, 24)
                .defaultRoute(eth0.index(), 0xc0000201),
            "neighbour");
      }
      return "";
    });
  }

  BridgedContainers containers() {
    return java.util.Objects.requireNonNull(containers);
  }

  ManageNetworks networks() {
    return java.util.Objects.requireNonNull(networks);
  }

  NetworkNamespace outside() {
    return outside;
  }

  <T> T call(Callable<T> task) {
    return namespace.call(task);
  }

  Attachment known(Attachment attachment) {
    attachments.put(attachment.name().substring(1), attachment);
    return attachment;
  }

  void running(Attachment attachment, Plugged now) {
    plugged.put(attachment.container(), now);
  }

  Sandbox sandbox(Attachment attachment) {
    return containers().session(attachment.container()).orElseThrow().sandbox();
  }

  /** The daemon ends without a word: its sockets close, its namespaces' descriptors too. */
  void kill() {
    for (Session session : containers().sessions()) {
      session.ports().forEach(dev.priok.host.network.PublishedPort::close);
      dev.priok.host.network.dns.NameServer server = session.nameServer();
      if (server != null) {
        server.close();
      }
    }
  }

  /** A process in a container's namespace. */
  record Sleeper(Process process) implements AutoCloseable {
    int pid() {
      return (int) process.pid();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  Sleeper processIn(Sandbox sandbox) {
    // ProcessBuilder spawns from a helper that inherits the calling thread's namespace.
    return new Sleeper(
        sandbox.call(
            () -> new ProcessBuilder("nsenter", "--net=" + sandbox.path(), "sleep", "60").start()));
  }

  /** Says hello with the client's address to whoever connects. */
  static void echo(ServerSocket server) {
    Thread.ofVirtual()
        .start(() -> {
          while (!server.isClosed()) {
            try (Socket client = server.accept()) {
              String hello = "hello " + client.getInetAddress().getHostAddress();
              client.getOutputStream().write(hello.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
              if (server.isClosed()) {
                return;
              }
            }
          }
        });
  }

  static String lookUp(String name) throws IOException {
    byte[] query = query(name);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(3000);
      socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.11"), 53));
      socket.send(new DatagramPacket(query, query.length));
      DatagramPacket reply = new DatagramPacket(new byte[512], 512);
      socket.receive(reply);
      return address(reply.getData(), reply.getLength());
    }
  }

  static String lookUpTcp(String name) throws IOException {
    byte[] query = query(name);
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(3000);
      socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.11"), 53), 3000);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeShort(query.length);
      out.write(query);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] reply = in.readNBytes(in.readUnsignedShort());
      return address(reply, reply.length);
    }
  }

  private static String address(byte[] reply, int length) {
    if ((reply[3] & 15) != 0 || reply[7] == 0) {
      return "no answer, code " + (reply[3] & 15);
    }
    return new Ipv4(java.nio.ByteBuffer.wrap(reply).getInt(length - 4)).toString();
  }

  private static byte[] query(String name) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(0x1234);
    out.writeShort(0x0100);
    out.writeShort(1);
    out.writeShort(0);
    out.writeInt(0);
    for (String label : name.split("\\.", -1)) {
      out.writeByte(label.length());
      out.writeBytes(label);
    }
    out.writeByte(0);
    out.writeShort(1);
    out.writeShort(1);
    return bytes.toByteArray();
  }

  private Records<NetworkRecord> records() {
    return new Records<>() {
      @Override
      public Optional<NetworkRecord> get(String key) {
        return Optional.ofNullable(store.get(key));
      }

      @Override
      public Map<String, NetworkRecord> all() {
        return Map.copyOf(store);
      }

      @Override
      public void put(String key, NetworkRecord value) {
        store.put(key, value);
      }

      @Override
      public void remove(String key) {
        store.remove(key);
      }
    };
  }

  @Override
  public void close() {
    for (Attachment attachment : attachments.values()) {
      daemons.forEach(d ->
          call(() -> {
            d.unplug(attachment.container());
            return "";
          }));
    }
    namespace.close();
    outside.close();
  }

  @Override
  public void publish(Type type, String action, String actorId, Map<String, String> attributes) {}

  @Override
  public void stream(
      @Nullable String since,
      @Nullable String until,
      Filters filters,
      MessageSink<EventMessage> sink) {
    throw new UnsupportedOperationException("tests read no events");
  }

  @Override
  public Member resolve(String reference) {
    Attachment attachment = attachments.get(reference);
    if (attachment == null) {
      throw EngineException.notFound("No such container: %s", reference);
    }
    Plugged now = plugged.get(attachment.container());
    return new Member(
        attachment.container(), attachment.name(), now != null, "bridge", attachment, now);
  }

  @Override
  public void connected(
      ContainerId container, String network, EndpointSettings endpoint, @Nullable Plugged now) {
    update(container, network, endpoint, now);
  }

  @Override
  public void disconnected(ContainerId container, String network, @Nullable Plugged now) {
    update(container, network, null, now);
  }

  private void update(
      ContainerId container,
      String network,
      @Nullable EndpointSettings endpoint,
      @Nullable Plugged now) {
    attachments.replaceAll((name, a) -> {
      if (!a.container().equals(container)) {
        return a;
      }
      Map<String, EndpointSettings> all = new TreeMap<>(a.networks());
      if (endpoint == null) {
        all.remove(network);
      } else {
        all.put(network, endpoint);
      }
      return new Attachment(
          a.container(),
          a.name(),
          a.hostname(),
          a.domainname(),
          all,
          a.ports(),
          a.exposed(),
          a.publishAll(),
          a.dns(),
          a.dnsSearch(),
          a.dnsOptions(),
          a.extraHosts());
    });
    if (now != null) {
      plugged.put(container, now);
    }
  }
}
