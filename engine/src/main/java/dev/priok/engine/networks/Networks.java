package dev.priok.engine.networks;

import dev.priok.engine.Filters;
import dev.priok.model.api.network.Network;
import dev.priok.model.api.network.NetworkConnectRequest;
import dev.priok.model.api.network.NetworkCreateRequest;
import dev.priok.model.api.network.NetworkCreateResponse;
import dev.priok.model.api.network.NetworkDisconnectRequest;
import dev.priok.model.api.network.NetworkPruneResponse;
import java.util.List;

/** Everything the Engine API does with networks. Unknown ones: {@code network X not found}. */
public interface Networks {
  List<Network> list(Filters filters);

  Network inspect(String network, boolean verbose);

  NetworkCreateResponse create(NetworkCreateRequest request);

  void remove(String network);

  void connect(String network, NetworkConnectRequest request);

  void disconnect(String network, NetworkDisconnectRequest request);

  NetworkPruneResponse prune(Filters filters);
}
