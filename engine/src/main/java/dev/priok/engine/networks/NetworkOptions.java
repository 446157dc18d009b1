package dev.priok.engine.networks;

import dev.priok.host.network.Ipv4;
import dev.priok.host.network.Subnet;
import dev.priok.host.network.SubnetPools;
import java.util.List;
import java.util.Optional;

/**
 * What the daemon's options say about networks.
 *
 * @param bridge interface of the default network ({@code --bridge}); {@code none}: no such network
 * @param bip address of that interface ({@code --bip})
 * @param pools where subnets of networks that ask for none come from
 * @param dns name servers for containers that ask for none; empty: the host's
 * @param hostGateway what {@code host-gateway} in {@code --add-host} stands for, if not the bridge
 * @param defaultBinding host address of ports published without one ({@code --ip})
 * @param icc containers on the default network may talk to each other
 * @param masquerade packets that leave the default network get the host's address
 * @param mtu of the default network, 0 for the kernel's default
 */
public record NetworkOptions(
    String bridge,
    Optional<Subnet.Cidr> bip,
    List<SubnetPools.Pool> pools,
    List<String> dns,
    List<String> dnsSearch,
    List<String> dnsOptions,
    Optional<Ipv4> hostGateway,
    Ipv4 defaultBinding,
    boolean ipForward,
    boolean icc,
    boolean masquerade,
    int mtu) {

  public static final String NO_BRIDGE = "none";

  /** What a daemon without options does. */
  public static NetworkOptions defaults(String bridge) {
    return new NetworkOptions(
        bridge,
        Optional.empty(),
        SubnetPools.DEFAULTS,
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Ipv4.ANY,
        true,
        true,
        true,
        0);
  }
}
