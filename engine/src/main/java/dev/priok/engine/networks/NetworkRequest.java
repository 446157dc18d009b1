package dev.priok.engine.networks;

import dev.priok.host.network.Ipv4;
import dev.priok.model.api.network.NetworkCreateRequest;
import dev.priok.model.error.EngineException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Refuses wishes for a new network that cannot be fulfilled; none is ignored. */
final class NetworkRequest {
  private static final String GATEWAY_MODE = "com.docker.network.bridge.gateway_mode_ipv4";
  private static final String ENABLE_IPV6 = "com.docker.network.enable_ipv6";
  private static final String ENABLE_IPV4 = "com.docker.network.enable_ipv4";
  private static final Set<String> KNOWN =
      Set.of(
          BridgeNetwork.NAME,
          BridgeNetwork.ICC,
          BridgeNetwork.MASQUERADE,
          BridgeNetwork.BINDING,
          BridgeNetwork.DEFAULT,
          BridgeNetwork.MTU,
          GATEWAY_MODE,
          ENABLE_IPV4,
          ENABLE_IPV6);

  private NetworkRequest() {}

  static void check(NetworkCreateRequest request) {
    driver(request.driver());
    String scope = request.scope();
    if (scope != null && !scope.isEmpty() && !scope.equals("local")) {
      throw EngineException.forbidden(
          "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to"
              + " connect this node to swarm and try again.");
    }
    if (Boolean.TRUE.equals(request.ingress())) {
      throw EngineException.invalid("an ingress network needs swarm mode");
    }
    boolean fromConfig =
        request.configFrom() != null
            && request.configFrom().network() != null
            && !request.configFrom().network().isEmpty();
    if (Boolean.TRUE.equals(request.configOnly()) || fromConfig) {
      throw EngineException.notImplemented("configuration-only networks are not supported");
    }
    if (Boolean.TRUE.equals(request.enableIPv6())) {
      throw EngineException.notImplemented(
          "networks with IPv6 are not supported: create the network without enabling IPv6");
    }
    if (Boolean.FALSE.equals(request.enableIPv4())) {
      throw EngineException.notImplemented("networks without IPv4 are not supported");
    }
    if (request.options() != null) {
      options(request.options());
    }
  }

  private static void driver(@Nullable String driver) {
    if (driver == null || driver.isEmpty() || driver.equals(NetworkRegistry.BRIDGE)) {
      return;
    }
    if (driver.equals(NetworkRegistry.HOST) || driver.equals(NetworkRegistry.NULL_DRIVER)) {
      throw EngineException.forbidden("only one instance of \"%s\" network is allowed", driver);
    }
    throw EngineException.notFound(
        "could not find plugin %s in v1 plugin registry: plugin not found", driver);
  }

  private static void options(Map<String, String> options) {
    for (Map.Entry<String, String> option : options.entrySet()) {
      if (option.getKey().startsWith("com.docker.network.") && !KNOWN.contains(option.getKey())) {
        throw EngineException.notImplemented("network option %s is not supported", option.getKey());
      }
    }
    String bridge = options.get(BridgeNetwork.NAME);
    boolean possible =
        bridge == null
            || (bridge.matches("[^\\s/:]{1,15}") && !bridge.equals(".") && !bridge.equals(".."));
    if (!possible) {
      throw EngineException.invalid("invalid bridge name: %s", String.valueOf(bridge));
    }
    String mode = options.get(GATEWAY_MODE);
    if (mode != null && !mode.isEmpty() && !mode.equals("nat")) {
      throw EngineException.notImplemented("gateway mode %s is not supported", mode);
    }
    if (BridgeNetwork.flag(options, ENABLE_IPV6, false)) {
      throw EngineException.notImplemented(
          "networks with IPv6 are not supported: create the network without enabling IPv6");
    }
    if (!BridgeNetwork.flag(options, ENABLE_IPV4, true)) {
      throw EngineException.notImplemented("networks without IPv4 are not supported");
    }
    if (BridgeNetwork.flag(options, BridgeNetwork.DEFAULT, false)) {
      throw EngineException.forbidden("there is a default bridge network already");
    }
    String binding = options.get(BridgeNetwork.BINDING);
    if (binding != null && Ipv4.parse(binding).isEmpty()) {
      throw EngineException.invalid("invalid value for %s: %s", BridgeNetwork.BINDING, binding);
    }
    BridgeNetwork.flag(options, BridgeNetwork.ICC, true);
    BridgeNetwork.flag(options, BridgeNetwork.MASQUERADE, true);
    int mtu = BridgeNetwork.number(options, BridgeNetwork.MTU);
    if (mtu != 0 && (mtu < 68 || mtu > 65535)) {
      throw EngineException.invalid("invalid MTU: %d", mtu);
    }
  }
}
