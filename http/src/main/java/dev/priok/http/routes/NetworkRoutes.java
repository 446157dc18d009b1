package dev.priok.http.routes;

import dev.priok.engine.Filters;
import dev.priok.engine.networks.Networks;
import dev.priok.http.routing.ApiVersion;
import dev.priok.http.routing.Call;
import dev.priok.http.routing.RouteTable;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.api.network.EndpointSettingsBuilder;
import dev.priok.model.api.network.Network;
import dev.priok.model.api.network.NetworkBuilder;
import dev.priok.model.api.network.NetworkConnectRequest;
import dev.priok.model.api.network.NetworkCreateRequest;
import dev.priok.model.api.network.NetworkCreateRequestBuilder;
import dev.priok.model.api.network.NetworkDisconnectRequest;
import dev.priok.model.error.EngineException;
import java.util.Map;

/** {@code /networks}. */
public final class NetworkRoutes implements RouteTable.Group {
  private final Networks networks;

  public NetworkRoutes(Networks networks) {
    this.networks = networks;
  }

  @Override
  public void addTo(RouteTable table) {
    table
        .get("/networks", this::list)
        .get("/networks/{}", this::inspect)
        .post("/networks/create", this::create)
        .post("/networks/prune", c -> c.ok(networks.prune(filters(c))))
        .post("/networks/{}/connect", this::connect)
        .post("/networks/{}/disconnect", this::disconnect)
        .delete("/networks/{}", this::remove);
  }

  private static Filters filters(Call call) {
    return Filters.parse(call.query().optional("filters"));
  }

  private void list(Call call) throws Exception {
    call.ok(
        networks.list(filters(call)).stream()
            .map(n -> summary(shaped(n, call.version()), call.version()))
            .toList());
  }

  /** The list tells no containers since API 1.28; old clients still read them there. */
  private static Network summary(Network network, ApiVersion version) {
    return version.before(28)
        ? network
        : NetworkBuilder.builder(network).containers(Map.of()).build();
  }

  private static Network shaped(Network network, ApiVersion version) {
    return version.atLeast(48) ? network : NetworkBuilder.builder(network).enableIPv4(null).build();
  }

  private void inspect(Call call) throws Exception {
    String verbose = call.query().text("verbose");
    boolean wanted =
        switch (verbose) {
          case "", "0", "f", "F", "false", "False", "FALSE" -> false;
          case "1", "t", "T", "true", "True", "TRUE" -> true;
          default -> throw EngineException.invalid("invalid value for verbose: %s", verbose);
        };
    Network network = networks.inspect(call.name(), wanted);
    String scope = call.query().text("scope");
    if (!scope.isEmpty() && !scope.equals(network.scope())) {
      throw EngineException.notFound("network %s not found", call.name());
    }
    call.ok(shaped(network, call.version()));
  }

  private void create(Call call) throws Exception {
    NetworkCreateRequest request =
        call.json(NetworkCreateRequest.class, NetworkCreateRequestBuilder.builder().build());
    if (call.version().before(48)) {
      request = NetworkCreateRequestBuilder.builder(request).enableIPv4(null).build();
    }
    call.reply(201, networks.create(request));
  }

  private void connect(Call call) throws Exception {
    NetworkConnectRequest request =
        call.json(NetworkConnectRequest.class, new NetworkConnectRequest(null, null));
    EndpointSettings endpoint = request.endpointConfig();
    if (call.version().before(48) && endpoint != null) {
      request =
          new NetworkConnectRequest(
              request.container(),
              EndpointSettingsBuilder.builder(endpoint).gwPriority(null).build());
    }
    networks.connect(call.name(), request);
    call.empty(200);
  }

  private void disconnect(Call call) throws Exception {
    networks.disconnect(
        call.name(),
        call.json(NetworkDisconnectRequest.class, new NetworkDisconnectRequest(null, null)));
    call.empty(200);
  }

  private void remove(Call call) throws Exception {
    networks.remove(call.name());
    call.empty(204);
  }
}
