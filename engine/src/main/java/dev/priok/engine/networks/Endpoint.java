package dev.priok.engine.networks;

import dev.priok.host.network.Ipv4;
import dev.priok.model.api.network.EndpointSettings;
import java.util.HexFormat;
import java.util.List;

/**
 * One container on one network.
 *
 * @param id 64 hex digits
 * @param device name of the interface inside the container
 * @param mac as six numbers with colons
 * @param names that others on the network find it by; empty on the default network
 * @param wanted what the user asked for
 */
record Endpoint(
    BridgeNetwork network,
    String id,
    String device,
    Ipv4 address,
    String mac,
    List<String> names,
    EndpointSettings wanted) {

  EndpointSettings settings() {
    return new EndpointSettings(
        wanted.ipamConfig(),
        wanted.links(),
        mac,
        wanted.aliases(),
        wanted.driverOpts(),
        wanted.gwPriority(),
        network.record().id().value(),
        id,
        network.record().internal() ? "" : network.gateway().toString(),
        address.toString(),
        network.subnet().prefix(),
        "",
        "",
        0L,
        names.isEmpty() ? null : names);
  }

  Endpoint withNames(List<String> all) {
    return new Endpoint(network, id, device, address, mac, all, wanted);
  }

  byte[] macBytes() {
    return HexFormat.ofDelimiter(":").parseHex(mac);
  }

  long gatewayPriority() {
    Long priority = wanted.gwPriority();
    return priority == null ? 0 : priority;
  }
}
