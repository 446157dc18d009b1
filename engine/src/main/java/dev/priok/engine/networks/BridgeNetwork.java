package dev.priok.engine.networks;

import dev.priok.host.network.AddressPool;
import dev.priok.host.network.Firewall.Zone;
import dev.priok.host.network.Ipv4;
import dev.priok.host.network.Subnet;
import dev.priok.model.api.network.IPAMConfig;
import dev.priok.model.error.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A bridge network in use: its record, its interface's index and its addresses.
 *
 * @param isolated containers may not talk to each other
 * @param binding host address of ports published without one
 */
record BridgeNetwork(
    NetworkRecord record,
    Subnet subnet,
    Ipv4 gateway,
    int index,
    AddressPool pool,
    boolean isolated,
    boolean masquerade,
    Ipv4 binding,
    int mtu) {

  static final String NAME = "com.docker.network.bridge.name";
  static final String ICC = "com.docker.network.bridge.enable_icc";
  static final String MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade";
  static final String BINDING = "com.docker.network.bridge.host_binding_ipv4";
  static final String DEFAULT = "com.docker.network.bridge.default_bridge";
  static final String MTU = "com.docker.network.driver.mtu";

  static BridgeNetwork of(NetworkRecord record, int index, Ipv4 defaultBinding) {
    IPAMConfig config = ipv4(record);
    Subnet subnet = subnet(config);
    Ipv4 gateway = gateway(config);
    Optional<Subnet.Cidr> range = Optional.ofNullable(config.ipRange()).flatMap(Subnet::cidr);
    List<Ipv4> reserved = new ArrayList<>();
    reserved.add(gateway);
    Map<String, String> auxiliary = config.auxiliaryAddresses();
    if (auxiliary != null) {
      auxiliary.values().forEach(a -> Ipv4.parse(a).ifPresent(reserved::add));
    }
    Map<String, String> options = record.options();
    return new BridgeNetwork(
        record,
        subnet,
        gateway,
        index,
        new AddressPool(subnet, range.map(Subnet.Cidr::subnet).orElse(subnet), reserved),
        !flag(options, ICC, true),
        flag(options, MASQUERADE, true),
        Optional.ofNullable(options.get(BINDING)).flatMap(Ipv4::parse).orElse(defaultBinding),
        number(options, MTU));
  }

  static IPAMConfig ipv4(NetworkRecord record) {
    List<IPAMConfig> configs = record.ipam().config();
    if (configs == null || configs.isEmpty()) {
      throw new IllegalStateException("network " + record.name() + " has no subnet");
    }
    return configs.getFirst();
  }

  static Subnet subnet(IPAMConfig config) {
    return Optional.ofNullable(config.subnet())
        .flatMap(Subnet::cidr)
        .map(Subnet.Cidr::subnet)
        .orElseThrow(() -> new IllegalStateException("not a subnet: " + config));
  }

  static Ipv4 gateway(IPAMConfig config) {
    return Optional.ofNullable(config.gateway())
        .flatMap(Ipv4::parse)
        .orElseThrow(() -> new IllegalStateException("not a gateway: " + config));
  }

  /** Refuses what is no boolean; Docker reads these with Go's rules. */
  static boolean flag(Map<String, String> options, String name, boolean otherwise) {
    String value = options.get(name);
    if (value == null) {
      return otherwise;
    }
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw EngineException.invalid("driver-opt \"%s\" is not a valid bool", name);
    };
  }

  static int number(Map<String, String> options, String name) {
    String value = options.get(name);
    if (value == null) {
      return 0;
    }
    if (!value.matches("\\d{1,5}")) {
      throw EngineException.invalid("invalid value for option %s: %s", name, value);
    }
    return Integer.parseInt(value);
  }

  boolean isDefault() {
    return flag(record.options(), DEFAULT, false);
  }

  String name() {
    return record.name();
  }

  Zone zone() {
    return new Zone(record.bridge(), subnet, record.internal(), masquerade);
  }
}
