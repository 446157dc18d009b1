package dev.priok.cli.network;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.KeyValues;
import dev.priok.cli.Session;
import dev.priok.model.api.network.ConfigReference;
import dev.priok.model.api.network.IPAM;
import dev.priok.model.api.network.IPAMConfig;
import dev.priok.model.api.network.NetworkCreateRequestBuilder;
import dev.priok.model.api.network.NetworkCreateResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok network create}: makes a network. */
@CommandLine.Command(
    name = "create",
    customSynopsis = "priok network create [OPTIONS] NETWORK",
    description = "Create a network")
public final class CreateCommand extends Command {
  @Option(names = "--attachable", description = "Enable manual container attachment.")
  boolean attachable;

  @Option(
      names = "--aux-address",
      paramLabel = "map",
      description = "Auxiliary addresses: name=IP.")
  List<String> auxiliary = new ArrayList<>();

  @Option(
      names = "--config-from",
      paramLabel = "string",
      description = "Copy the configuration from this network.")
  @Nullable String configFrom;

  @Option(names = "--config-only", description = "Create a configuration only network.")
  boolean configOnly;

  @Option(
      names = {"-d", "--driver"},
      paramLabel = "string",
      description = "Driver to manage the network (default \"bridge\").")
  String driver = "bridge";

  @Option(names = "--gateway", paramLabel = "list", description = "Gateway of the subnet.")
  List<String> gateways = new ArrayList<>();

  @Option(names = "--ingress", description = "Create swarm routing-mesh network.")
  boolean ingress;

  @Option(names = "--internal", description = "Restrict external access to the network.")
  boolean internal;

  @Option(
      names = "--ip-range",
      paramLabel = "list",
      description = "Allocate addresses from a part of the subnet.")
  List<String> ranges = new ArrayList<>();

  @Option(
      names = "--ipam-driver",
      paramLabel = "string",
      description = "IP address management driver (default \"default\").")
  String ipamDriver = "default";

  @Option(names = "--ipam-opt", paramLabel = "map", description = "Options of that driver.")
  List<String> ipamOptions = new ArrayList<>();

  @Option(names = "--ipv6", description = "Enable IPv6.")
  boolean ipv6;

  @Option(names = "--label", paramLabel = "list", description = "Set metadata on a network.")
  List<String> labels = new ArrayList<>();

  @Option(
      names = {"-o", "--opt"},
      paramLabel = "map",
      description = "Set driver specific options.")
  List<String> options = new ArrayList<>();

  @Option(names = "--scope", paramLabel = "string", description = "Control the network's scope.")
  @Nullable String scope;

  @Option(names = "--subnet", paramLabel = "list", description = "Subnet in CIDR format.")
  List<String> subnets = new ArrayList<>();

  /** Takes its arguments. */
  public CreateCommand() {
    super(1, 1);
  }

  @Override
  public int run(Session session) throws Exception {
    NetworkCreateResponse created =
        session
            .client()
            .networks()
            .create(
                NetworkCreateRequestBuilder.builder()
                    .name(argument(0))
                    .driver(driver)
                    .scope(scope)
                    .internal(internal)
                    .attachable(attachable)
                    .ingress(ingress)
                    .configOnly(configOnly)
                    .configFrom(configFrom == null ? null : new ConfigReference(configFrom))
                    .ipam(new IPAM(ipamDriver, pools(), KeyValues.map(ipamOptions)))
                    .enableIPv6(ipv6 ? true : null)
                    .options(KeyValues.map(options))
                    .labels(KeyValues.map(labels))
                    .build());
    if (created.warning() != null && !created.warning().isEmpty()) {
      session.err().println("WARNING: " + created.warning());
    }
    session.out().println(created.id());
    return 0;
  }

  /** Gateways and ranges belong to the subnet of the same family; several need their order. */
  private List<IPAMConfig> pools() {
    if (subnets.isEmpty() && gateways.isEmpty() && ranges.isEmpty() && auxiliary.isEmpty()) {
      return List.of();
    }
    if (subnets.isEmpty()) {
      throw CliException.failure("every ip-range or gateway must have a corresponding subnet");
    }
    List<IPAMConfig> pools = new ArrayList<>();
    List<String> freeGateways = new ArrayList<>(gateways);
    List<String> freeRanges = new ArrayList<>(ranges);
    List<String> freeAuxiliary = new ArrayList<>(auxiliary);
    for (String subnet : subnets) {
      List<String> mine = freeAuxiliary.stream().filter(a -> sameFamily(subnet, a)).toList();
      freeAuxiliary.removeAll(mine);
      pools.add(
          new IPAMConfig(
              subnet,
              take(subnet, freeRanges),
              take(subnet, freeGateways),
              mine.isEmpty() ? null : KeyValues.map(mine)));
    }
    if (!freeGateways.isEmpty() || !freeRanges.isEmpty() || !freeAuxiliary.isEmpty()) {
      throw CliException.failure(
          "no matching subnet for " + freeGateways + freeRanges + freeAuxiliary);
    }
    return pools;
  }

  private static @Nullable String take(String subnet, List<String> values) {
    for (String value : values) {
      if (sameFamily(subnet, value)) {
        values.remove(value);
        return value;
      }
    }
    return null;
  }

  private static boolean sameFamily(String subnet, String value) {
    return subnet.contains(":") == value.contains(":");
  }
}
