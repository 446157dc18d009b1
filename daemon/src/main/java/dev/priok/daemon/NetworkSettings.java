package dev.priok.daemon;

import dev.priok.engine.networks.NetworkOptions;
import dev.priok.host.network.Ipv4;
import dev.priok.host.network.Subnet;
import dev.priok.host.network.SubnetPools;
import java.util.List;
import java.util.Optional;

/** What the daemon's options mean for networks. */
final class NetworkSettings {
  private NetworkSettings() {}

  static NetworkOptions options(DaemonConfig config) {
    return new NetworkOptions(
        config.bridge(),
        Optional.ofNullable(config.bip()).map(NetworkSettings::address),
        SubnetPools.DEFAULTS,
        List.of(),
        List.of(),
        List.of(),
        Optional.ofNullable(config.hostGatewayIp()).map(NetworkSettings::hostGateway),
        Ipv4.ANY,
        config.ipForward(),
        true,
        true,
        0);
  }

  private static Ipv4 hostGateway(String address) {
    return Ipv4.parse(address)
        .orElseThrow(() ->
            new StartRefusedException(
                "invalid value \"%s\" for --host-gateway-ip: an IPv4 address is needed"
                    .formatted(address)));
  }

  private static Subnet.Cidr address(String bip) {
    return Subnet.cidr(bip)
        .orElseThrow(() ->
            new StartRefusedException(
                "invalid value \"%s\" for --bip: an address with a prefix length is needed, 10.1.0.1/24 for one"
                    .formatted(bip)));
  }

  /** One table a data root: two daemons on one host must not take each other's rules away. */
  static String tableName(DaemonConfig config) {
    return "priok_" + Integer.toHexString(config.dataRoot().toString().hashCode());
  }
}
