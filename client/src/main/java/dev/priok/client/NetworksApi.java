package dev.priok.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.client.wire.Query;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.api.network.Network;
import dev.priok.model.api.network.NetworkConnectRequest;
import dev.priok.model.api.network.NetworkCreateRequest;
import dev.priok.model.api.network.NetworkCreateResponse;
import dev.priok.model.api.network.NetworkDisconnectRequest;
import dev.priok.model.api.network.NetworkPruneResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Networks, named by id, the beginning of the id, or name. */
public final class NetworksApi {
  private final Calls calls;

  NetworksApi(Calls calls) {
    this.calls = calls;
  }

  /** Makes a network. */
  public NetworkCreateResponse create(NetworkCreateRequest request) {
    return calls.post("/networks/create", new Query(), request, NetworkCreateResponse.class);
  }

  /** Lists networks. */
  public List<Network> list(Filters filters) {
    return calls.get(
        "/networks", new Query().add("filters", filters.toJson()), new TypeReference<>() {});
  }

  /** As {@link #list}, as the engine wrote it. */
  public JsonNode listJson(Filters filters) {
    return calls.get("/networks", new Query().add("filters", filters.toJson()), JsonNode.class);
  }

  /** Everything about it. */
  public Network inspect(String network) {
    return calls.get(path(network), new Query(), Network.class);
  }

  /** As {@link #inspect}, as the engine wrote it. */
  public JsonNode inspectJson(String network, boolean verbose) {
    return calls.get(
        path(network), new Query().add("verbose", verbose ? "true" : null), JsonNode.class);
  }

  /** Connects a container. */
  public void connect(String network, String container, @Nullable EndpointSettings settings) {
    calls.run(
        "POST",
        path(network) + "/connect",
        new Query(),
        new NetworkConnectRequest(container, settings));
  }

  /** Disconnects a container. */
  public void disconnect(String network, String container, boolean force) {
    calls.run(
        "POST",
        path(network) + "/disconnect",
        new Query(),
        new NetworkDisconnectRequest(container, force));
  }

  /** Removes it. */
  public void remove(String network) {
    calls.run("DELETE", path(network), new Query());
  }

  /** Removes unused networks that match. */
  public NetworkPruneResponse prune(Filters filters) {
    return calls.post(
        "/networks/prune",
        new Query().add("filters", filters.toJson()),
        NetworkPruneResponse.class);
  }

  private static String path(String network) {
    return "/networks/" + Query.segment(network);
  }
}
