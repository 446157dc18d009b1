package dev.priok.engine.networks;

import dev.priok.host.network.Ipv4;
import dev.priok.host.network.Subnet;
import dev.priok.host.network.SubnetPools;
import dev.priok.model.api.network.IPAM;
import dev.priok.model.api.network.IPAMConfig;
import dev.priok.model.error.EngineException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks what a user wants of a network's addresses and fills in what is left open. */
final class IpamPlan {
  private IpamPlan() {}

  /**
   * The network's addresses as they will be.
   *
   * @param networks subnets of other networks: overlapping one is refused
   * @param host subnets that the host uses: only a chosen subnet keeps clear of them
   */
  static IPAM complete(
      @Nullable IPAM wanted,
      Collection<Subnet> networks,
      Collection<Subnet> host,
      SubnetPools pools) {
    IPAM ipam = wanted == null ? new IPAM(null, null, null) : wanted;
    String driver = ipam.driver();
    if (driver != null && !driver.isEmpty() && !driver.equals("default")) {
      throw EngineException.notFound(
          "could not find plugin %s in v1 plugin registry: plugin not found", driver);
    }
    Map<String, String> options = ipam.options();
    if (options != null && !options.isEmpty()) {
      throw EngineException.invalid(
          "ipam options are not known to the default driver: %s",
          String.join(", ", options.keySet()));
    }
    List<IPAMConfig> configs = ipam.config() == null ? List.of() : ipam.config();
    if (configs.size() > 1) {
      throw EngineException.notImplemented("a network with more than one subnet is not supported");
    }
    IPAMConfig config =
        configs.isEmpty() ? new IPAMConfig(null, null, null, null) : configs.getFirst();
    Subnet subnet = subnet(config, networks, host, pools);
    Ipv4 gateway =
        filled(config.gateway()) ? address("gateway", config.gateway()) : firstOf(config, subnet);
    IPAMConfig complete =
        new IPAMConfig(
            subnet.toString(),
            filled(config.ipRange()) ? config.ipRange() : null,
            gateway.toString(),
            config.auxiliaryAddresses());
    return new IPAM("default", List.of(complete), options);
  }

  private static Subnet subnet(
      IPAMConfig config, Collection<Subnet> networks, Collection<Subnet> host, SubnetPools pools) {
    String text = config.subnet();
    if (text == null || text.isEmpty()) {
      if (filled(config.ipRange()) || filled(config.gateway())) {
        throw EngineException.invalid(
            "invalid network config:\nno subnet is given for the ip-range or the gateway");
      }
      List<Subnet> taken = new ArrayList<>(networks);
      taken.addAll(host);
      return pools.choose(taken);
    }
    if (text.contains(":")) {
      throw EngineException.notImplemented("IPv6 is not supported: subnet %s", text);
    }
    Subnet.Cidr cidr =
        Subnet.cidr(text)
            .orElseThrow(() -> EngineException.invalid("invalid CIDR address: %s", text));
    check(config, cidr);
    Subnet subnet = cidr.subnet();
    if (networks.stream().anyMatch(subnet::overlaps)) {
      throw EngineException.forbidden(
          "invalid pool request: Pool overlaps with other one on this address space");
    }
    if (subnet.prefix() > 30) {
      throw EngineException.invalid(
          "invalid network config:\ninvalid subnet %s: no room for a container", subnet);
    }
    return subnet;
  }

  /** Docker tells everything that is wrong at once. */
  private static void check(IPAMConfig config, Subnet.Cidr cidr) {
    List<String> wrong = new ArrayList<>();
    Subnet subnet = cidr.subnet();
    if (!cidr.address().equals(subnet.network())) {
      wrong.add("invalid subnet %s: it should be %s".formatted(config.subnet(), subnet));
    }
    String range = config.ipRange();
    if (range != null && !range.isEmpty()) {
      wrong.addAll(checkRange(range, subnet));
    }
    String gateway = config.gateway();
    if (gateway != null && !gateway.isEmpty()) {
      outside(gateway, subnet)
          .ifPresent(why -> wrong.add("invalid gateway %s: %s".formatted(gateway, why)));
    }
    Map<String, String> auxiliary = config.auxiliaryAddresses();
    if (auxiliary != null) {
      auxiliary.forEach((name, address) ->
          outside(address, subnet)
              .ifPresent(
                  why -> wrong.add("invalid auxiliary address %s: %s".formatted(name, why))));
    }
    if (!wrong.isEmpty()) {
      throw EngineException.invalid("invalid network config:\n%s", String.join("\n", wrong));
    }
  }

  private static List<String> checkRange(String text, Subnet subnet) {
    Optional<Subnet.Cidr> range = Subnet.cidr(text);
    if (range.isEmpty()) {
      return List.of(
          text.contains(":")
              ? "invalid ip-range %s: parent subnet is an IPv4 block".formatted(text)
              : "invalid CIDR address: %s".formatted(text));
    }
    List<String> wrong = new ArrayList<>();
    Subnet part = range.get().subnet();
    if (part.prefix() < subnet.prefix()) {
      wrong.add(
          "invalid ip-range %s: CIDR block is bigger than its parent subnet %s"
              .formatted(text, subnet));
    }
    if (!range.get().address().equals(part.network())) {
      wrong.add("invalid ip-range %s: it should be %s".formatted(text, part));
    }
    if (!subnet.overlaps(part)) {
      wrong.add(
          "invalid ip-range %s: parent subnet %s doesn't contain ip-range".formatted(text, subnet));
    }
    return wrong;
  }

  private static Optional<String> outside(String text, Subnet subnet) {
    if (text.contains(":")) {
      return Optional.of("parent subnet is an IPv4 block");
    }
    Optional<Ipv4> address = Ipv4.parse(text);
    if (address.isEmpty()) {
      return Optional.of("not an address");
    }
    return subnet.contains(address.get())
        ? Optional.empty()
        : Optional.of("parent subnet %s doesn't contain this address".formatted(subnet));
  }

  private static Ipv4 address(String what, @Nullable String text) {
    return Optional.ofNullable(text)
        .flatMap(Ipv4::parse)
        .orElseThrow(() -> EngineException.invalid("invalid %s %s", what, String.valueOf(text)));
  }

  /** Docker takes the first address of the range where there is one. */
  private static Ipv4 firstOf(IPAMConfig config, Subnet subnet) {
    String range = config.ipRange();
    Subnet from =
        range == null || range.isEmpty()
            ? subnet
            : Subnet.cidr(range).map(Subnet.Cidr::subnet).orElse(subnet);
    Ipv4 first = from.network();
    while (first.equals(subnet.network())
        || (config.auxiliaryAddresses() != null
            && config.auxiliaryAddresses().containsValue(first.toString()))) {
      first = new Ipv4(first.bits() + 1);
    }
    return first;
  }

  private static boolean filled(@Nullable String text) {
    return text != null && !text.isEmpty();
  }
}
