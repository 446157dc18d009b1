package dev.priok.daemon;

import dev.priok.engine.networks.NetworkOptions;
import dev.priok.host.network.Ipv4;
import dev.priok.host.network.Subnet;
import dev.priok.host.network.SubnetPools;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the daemon's options mean for networks. */
final class NetworkSettings {
  private static final Pattern SIZE = Pattern.compile("(?:^|,)size=(\\d{1,2})(?=,|$)");
  private static final Pattern BASE = Pattern.compile("(?:^|,)base=([0-9./]+)(?=,|$)");

  private NetworkSettings() {}

  static NetworkOptions options(DaemonConfig config) {
    DaemonConfig.Networks networks = config.networks();
    networks.dns().forEach(NetworkSettings::checkNameServer);
    return new NetworkOptions(
        networks.bridge(),
        Optional.ofNullable(networks.bip()).map(NetworkSettings::address),
        networks.pools().isEmpty()
            ? SubnetPools.DEFAULTS
            : networks.pools().stream().map(NetworkSettings::pool).toList(),
        networks.dns(),
        networks.dnsSearch(),
        networks.dnsOptions(),
        Optional.ofNullable(networks.hostGatewayIp()).map(NetworkSettings::hostGateway),
        Ipv4.parse(networks.ip())
            .orElseThrow(() ->
                new StartRefusedException(
                    "invalid value \"%s\" for --ip: an IPv4 address is needed"
                        .formatted(networks.ip()))),
        networks.ipForward(),
        networks.icc(),
        networks.masquerade(),
        networks.mtu());
  }

  private static void checkNameServer(String address) {
    try {
      InetAddress.ofLiteral(address);
    } catch (IllegalArgumentException e) {
      throw new StartRefusedException(
          "invalid value \"%s\" for --dns: an address is needed".formatted(address), e);
    }
  }

  /** {@code base=10.0.0.0/8,size=24}, in either order. */
  private static SubnetPools.Pool pool(String text) {
    Matcher size = SIZE.matcher(text);
    Matcher base = BASE.matcher(text);
    try {
      if (size.find() && base.find() && text.split(",", -1).length == 2) {
        Optional<Subnet.Cidr> network = Subnet.cidr(base.group(1));
        if (network.isPresent()) {
          return new SubnetPools.Pool(network.get().subnet(), Integer.parseInt(size.group(1)));
        }
      }
    } catch (IllegalArgumentException e) {
      throw new StartRefusedException(
          "invalid value \"%s\" for --default-address-pool: %s".formatted(text, e.getMessage()), e);
    }
    throw new StartRefusedException(
        "invalid value \"%s\" for --default-address-pool: base=10.0.0.0/8,size=24 is one"
            .formatted(text));
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
