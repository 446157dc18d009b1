package dev.priok.engine.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.engine.Filters;
import dev.priok.engine.networks.ContainerNetworks.Attachment;
import dev.priok.engine.networks.ContainerNetworks.Plugged;
import dev.priok.host.network.Sandbox;
import dev.priok.model.api.container.PortBinding;
import dev.priok.model.api.network.EndpointIPAMConfig;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.api.network.EndpointSettingsBuilder;
import dev.priok.model.api.network.IPAM;
import dev.priok.model.api.network.IPAMConfig;
import dev.priok.model.api.network.Network;
import dev.priok.model.api.network.NetworkConnectRequest;
import dev.priok.model.api.network.NetworkCreateRequestBuilder;
import dev.priok.model.api.network.NetworkDisconnectRequest;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.ContainerId;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole room, in a namespace that plays the host. */
final class NetworksTest {
  private final TestHost host = new TestHost();

  @BeforeEach
  void start() {
    host.start();
  }

  @AfterEach
  void stop() {
    host.close();
  }

  private Attachment container(
      String name, Map<String, EndpointSettings> networks, String... ports) {
    Map<String, List<PortBinding>> bindings = new TreeMap<>();
    for (String port : ports) {
      String[] parts = port.split(">", -1);
      bindings.put(parts[1], List.of(new PortBinding("", parts[0])));
    }
    return host.known(
        new Attachment(
            ContainerId.random(),
            name,
            name.substring(1) + "-host",
            "",
            networks,
            new TreeMap<>(bindings),
            List.of(),
            false,
            List.of("192.0.2.53"),
            List.of(),
            List.of(),
            List.of("db:10.0.0.9", "up:host-gateway")));
  }

  private static Map<String, EndpointSettings> on(String... names) {
    Map<String, EndpointSettings> result = new LinkedHashMap<>();
    for (String name : names) {
      result.put(name, EndpointPlan.NOTHING_ASKED);
    }
    return result;
  }

  private static EndpointSettings endpoint(Plugged plugged, String network) {
    EndpointSettings settings = plugged.networks().get(network);
    assertThat(settings).isNotNull();
    return Objects.requireNonNull(settings);
  }

  @Test
  void aContainerOnTheDefaultNetworkIsReachedThroughItsPort() throws Exception {
    Attachment web = container("/web", on("bridge"), "18080>80/tcp");
    Plugged plugged = host.call(() -> host.containers().plug(web));
    EndpointSettings settings = endpoint(plugged, "bridge");
    assertThat(settings.ipAddress()).isEqualTo("172.17.0.2");
    assertThat(settings.gateway()).isEqualTo("172.17.0.1");
    assertThat(settings.macAddress()).isEqualTo("02:42:ac:11:00:02");
    assertThat(plugged.ports())
        .containsEntry("80/tcp", List.of(new PortBinding("0.0.0.0", "18080")));
    assertThat(plugged.hosts())
        .contains("10.0.0.9\tdb\n", "172.17.0.1\tup\n", "172.17.0.2\tweb-host\n");
    assertThat(plugged.resolvConf()).isEqualTo("nameserver 192.0.2.53\n");

    Sandbox inside = host.sandbox(web);
    try (ServerSocket server = inside.call(() -> new ServerSocket(80))) {
      TestHost.echo(server);
      assertThat(host.call(() -> talk("127.0.0.1", 18080))).startsWith("hello 172.17.0.1");
      // The host's own address, to which no rule but "local" leads.
      assertThat(host.call(() -> talk("192.0.2.1", 18080))).startsWith("hello");
      // From itself, through the host: hairpin.
      assertThat(inside.call(() -> talk("172.17.0.1", 18080))).startsWith("hello");
      Attachment other = container("/other", on("bridge"));
      host.call(() -> host.containers().plug(other));
      Sandbox neighbour = host.sandbox(other);
      assertThat(neighbour.call(() -> talk("172.17.0.1", 18080))).startsWith("hello");
      assertThat(neighbour.call(() -> talk("172.17.0.2", 80))).startsWith("hello 172.17.0.3");
      // From outside: to the port, but not to the container's address.
      assertThat(host.outside().call(() -> talk("192.0.2.1", 18080))).startsWith("hello 192.0.2.2");
      assertThatThrownBy(() -> host.outside().call(() -> talk("172.17.0.2", 80, 700)))
          .isInstanceOf(RuntimeException.class);
      Attachment rival = container("/rival", on("bridge"), "18080>80/tcp");
      assertThatThrownBy(() -> host.call(() -> host.containers().plug(rival)))
          .isInstanceOf(EngineException.class)
          .hasMessageMatching(
              "driver failed programming external connectivity on endpoint rival \\([0-9a-f]{64}\\):"
                  + " Bind for 0.0.0.0:18080 failed: port is already allocated");
      host.call(() -> {
        host.containers().unplug(web.container());
        host.containers().unplug(web.container());
        return "";
      });
      assertThatThrownBy(() -> host.call(() -> talk("127.0.0.1", 18080, 700)))
          .hasRootCauseInstanceOf(ConnectException.class);
      Plugged again = host.call(() -> host.containers().plug(rival));
      assertThat(endpoint(again, "bridge").ipAddress()).isEqualTo("172.17.0.2");
    }
  }

  @Test
  void aForeignListenerIsNamed() throws Exception {
    try (ServerSocket foreign = host.call(() -> new ServerSocket(18081))) {
      assertThat(foreign.isBound()).isTrue();
      Attachment web = container("/web", on("bridge"), "18081>80/tcp");
      assertThatThrownBy(() -> host.call(() -> host.containers().plug(web)))
          .hasMessageContaining(
              "failed to bind host port for 0.0.0.0:18081:172.17.0.2:80/tcp: address already in"
                  + " use");
    }
  }

  @Test
  void namesAreResolvedOnUserDefinedNetworks() throws Exception {
    host.call(() -> {
      host.networks()
          .create(
              NetworkCreateRequestBuilder.builder()
                  .name("back")
                  .ipam(
                      new IPAM(
                          null, List.of(new IPAMConfig("10.77.0.0/24", null, null, null)), null))
                  .build());
      return "";
    });
    EndpointSettings wanted =
        EndpointSettingsBuilder.builder()
            .aliases(List.of("database"))
            .ipamConfig(new EndpointIPAMConfig("10.77.0.9", null, null))
            .build();
    Attachment db = container("/db", Map.of("back", wanted));
    Attachment app = container("/app", on("back"));
    Plugged plugged = host.call(() -> host.containers().plug(db));
    assertThat(plugged.resolvConf()).isEqualTo("nameserver 127.0.0.11\noptions ndots:0\n");
    assertThat(endpoint(plugged, "back").dnsNames())
        .contains("db", "database", db.container().shortForm());
    host.call(() -> host.containers().plug(app));
    Sandbox inside = host.sandbox(app);
    assertThat(inside.call(() -> TestHost.lookUp("db"))).isEqualTo("10.77.0.9");
    assertThat(inside.call(() -> TestHost.lookUp("DataBase.back"))).isEqualTo("10.77.0.9");
    assertThat(inside.call(() -> TestHost.lookUp(db.container().shortForm())))
        .isEqualTo("10.77.0.9");
    assertThat(inside.call(() -> TestHost.lookUpTcp("app"))).isEqualTo("10.77.0.2");
    // Port 53 stays free for the container itself.
    inside
        .call(() -> new DatagramSocket(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 53)))
        .close();
    host.call(() -> {
      host.containers().rename(db.container(), "/store");
      return "";
    });
    assertThat(inside.call(() -> TestHost.lookUp("store"))).isEqualTo("10.77.0.9");

    Network seen = host.call(() -> host.networks().inspect("back", false));
    assertThat(Objects.requireNonNull(seen.containers())).hasSize(2);
    assertThatThrownBy(() ->
            host.call(() -> {
              host.networks().remove("back");
              return "";
            }))
        .hasMessageStartingWith(
            "error while removing network: network back has active endpoints (");
  }

  @Test
  void networksAreIsolatedAndContainersMayJoinAndLeave() throws Exception {
    host.call(() -> {
      host.networks().create(NetworkCreateRequestBuilder.builder().name("one").build());
      host.networks().create(NetworkCreateRequestBuilder.builder().name("two").build());
      return "";
    });
    Attachment a = container("/a", on("one"), "18082>80/tcp");
    Attachment b = container("/b", on("two"));
    Plugged pluggedA = host.call(() -> host.containers().plug(a));
    host.running(a, pluggedA);
    Plugged pluggedB = host.call(() -> host.containers().plug(b));
    host.running(b, pluggedB);
    String address = Objects.requireNonNull(endpoint(pluggedA, "one").ipAddress());
    try (ServerSocket server = host.sandbox(a).call(() -> new ServerSocket(80))) {
      TestHost.echo(server);
      assertThatThrownBy(() -> host.sandbox(b).call(() -> talk(address, 80, 700)))
          .isInstanceOf(RuntimeException.class);
      host.call(() -> {
        host.networks().connect("one", new NetworkConnectRequest("b", null));
        return "";
      });
      assertThat(host.sandbox(b).call(() -> talk(address, 80))).startsWith("hello");
      assertThatThrownBy(() ->
              host.call(() -> {
                host.networks().connect("one", new NetworkConnectRequest("b", null));
                return "";
              }))
          .hasMessage("endpoint with name b already exists in network one");
      host.call(() -> {
        host.networks().disconnect("one", new NetworkDisconnectRequest("b", false));
        return "";
      });
      assertThatThrownBy(() -> host.sandbox(b).call(() -> talk(address, 80, 700)))
          .isInstanceOf(RuntimeException.class);
      // The published port follows when the container moves to another network.
      host.call(() -> {
        host.networks().connect("two", new NetworkConnectRequest("a", null));
        host.networks().disconnect("one", new NetworkDisconnectRequest("a", false));
        return "";
      });
      assertThat(host.call(() -> talk("127.0.0.1", 18082))).startsWith("hello");
    }
  }

  @Test
  void withoutIccContainersReachOneAnotherOnlyThroughPorts() throws Exception {
    host.call(() ->
        host.networks()
            .create(
                NetworkCreateRequestBuilder.builder()
                    .name("apart")
                    .options(Map.of(BridgeNetwork.ICC, "false"))
                    .build()));
    Attachment a = container("/a", on("apart"), "18084>80/tcp");
    Attachment b = container("/b", on("apart"));
    Plugged plugged = host.call(() -> host.containers().plug(a));
    host.call(() -> host.containers().plug(b));
    String address = Objects.requireNonNull(endpoint(plugged, "apart").ipAddress());
    try (ServerSocket server = host.sandbox(a).call(() -> new ServerSocket(80))) {
      TestHost.echo(server);
      assertThat(host.call(() -> talk(address, 80))).startsWith("hello");
      assertThatThrownBy(() -> host.sandbox(b).call(() -> talk(address, 80, 700)))
          .isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void aNewDaemonFindsEverything() throws Exception {
    host.call(() -> {
      host.networks().create(NetworkCreateRequestBuilder.builder().name("kept").build());
      return "";
    });
    Attachment web = container("/web", on("kept"), "18083>80/tcp");
    Plugged plugged = host.call(() -> host.containers().plug(web));
    try (ServerSocket server = host.sandbox(web).call(() -> new ServerSocket(80));
        TestHost.Sleeper process = host.processIn(host.sandbox(web))) {
      TestHost.echo(server);
      host.kill();
      assertThat(host.call(() -> talk("127.0.0.1", 18083))).startsWith("hello");
      host.start();
      Plugged again = host.call(() -> host.containers().readopt(web, plugged, process.pid()));
      host.call(() -> {
        host.containers().reconcile();
        return "";
      });
      assertThat(again.networks()).isEqualTo(plugged.networks());
      assertThat(again.ports()).isEqualTo(plugged.ports());
      assertThat(host.call(() -> talk("127.0.0.1", 18083))).startsWith("hello");
      assertThat(host.sandbox(web).call(() -> TestHost.lookUp("web"))).startsWith("172.18.0.");
      assertThat(host.call(() -> host.networks().list(Filters.NONE)))
          .extracting(Network::name)
          .containsExactly("bridge", "host", "kept", "none");
    }
  }

  @Test
  void refusesWithDockersSentences() {
    refused(
        NetworkCreateRequestBuilder.builder().name("bridge"),
        403,
        "operation is not permitted on predefined bridge network ");
    refused(
        NetworkCreateRequestBuilder.builder().name("x").driver("weave"),
        404,
        "could not find plugin weave in v1 plugin registry: plugin not found");
    refused(
        subnet("10.1.2.3/16"),
        400,
        "invalid network config:\ninvalid subnet 10.1.2.3/16: it should be 10.1.0.0/16");
    refused(
        subnet("172.17.5.0/24"),
        403,
        "invalid pool request: Pool overlaps with other one on this address space");
    refused(
        NetworkCreateRequestBuilder.builder().name("x").enableIPv6(true),
        501,
        "networks with IPv6 are not supported: create the network without enabling IPv6");
    host.call(() -> {
      host.networks().create(NetworkCreateRequestBuilder.builder().name("x").build());
      return "";
    });
    refused(
        NetworkCreateRequestBuilder.builder().name("x"), 409, "network with name x already exists");
    assertThatThrownBy(() -> host.networks().inspect("nope", false))
        .hasMessage("network nope not found");
    assertThatThrownBy(() -> host.networks().remove("host"))
        .hasMessage("host is a pre-defined network and cannot be removed");
    assertThat(host.call(() -> host.networks().prune(Filters.NONE)).networksDeleted())
        .containsExactly("x");
  }

  private static NetworkCreateRequestBuilder subnet(String subnet) {
    return NetworkCreateRequestBuilder.builder()
        .name("x")
        .ipam(new IPAM(null, List.of(new IPAMConfig(subnet, null, null, null)), null));
  }

  private void refused(NetworkCreateRequestBuilder request, int status, String message) {
    assertThatThrownBy(() -> host.call(() -> host.networks().create(request.build())))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> {
              assertThat(e.getMessage()).isEqualTo(message);
              assertThat(e.kind().status()).isEqualTo(status);
            });
  }

  @Test
  void pluggingIsQuick() throws Exception {
    java.util.List<Long> plugs = new ArrayList<>();
    java.util.List<Long> unplugs = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Attachment web = container("/web" + i, on("bridge"), "18090>80/tcp");
      host.call(() -> {
        long before = System.nanoTime();
        host.containers().plug(web);
        long plugged = System.nanoTime();
        host.containers().unplug(web.container());
        plugs.add(plugged - before);
        unplugs.add(System.nanoTime() - plugged);
        return "";
      });
    }
    Collections.sort(plugs);
    Collections.sort(unplugs);
    System.out.printf(
        "plug %.2f ms, unplug %.2f ms (medians)%n", plugs.get(30) / 1e6, unplugs.get(30) / 1e6);
    // Generous: the machine may be busy. A spawned process or a waiting deletion would show.
    assertThat(plugs.get(30)).isLessThan(30_000_000L);
  }

  private static String talk(String address, int port) throws Exception {
    return talk(address, port, 5000);
  }

  private static String talk(String address, int port, int patience) throws Exception {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(patience);
      socket.connect(new InetSocketAddress(address, port), patience);
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
