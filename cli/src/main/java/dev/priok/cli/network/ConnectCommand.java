package dev.priok.cli.network;

import dev.priok.cli.Command;
import dev.priok.cli.KeyValues;
import dev.priok.cli.Session;
import dev.priok.model.api.network.EndpointIPAMConfig;
import dev.priok.model.api.network.EndpointSettingsBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok network connect}: connects a container to a network. */
@CommandLine.Command(
    name = "connect",
    customSynopsis = "priok network connect [OPTIONS] NETWORK CONTAINER",
    description = "Connect a container to a network")
public final class ConnectCommand extends Command {
  @Option(
      names = "--alias",
      paramLabel = "strings",
      description = "Add network-scoped alias for the container.")
  List<String> aliases = new ArrayList<>();

  @Option(
      names = "--driver-opt",
      paramLabel = "strings",
      description = "Driver options for the network.")
  List<String> driverOptions = new ArrayList<>();

  @Option(
      names = "--gw-priority",
      paramLabel = "int",
      description = "Highest gw-priority provides the default gateway.")
  @Nullable Long gatewayPriority;

  @Option(
      names = "--ip",
      paramLabel = "string",
      description = "IPv4 address (e.g., \"172.30.100.104\").")
  @Nullable String ip;

  @Option(
      names = "--ip6",
      paramLabel = "string",
      description = "IPv6 address (e.g., \"2001:db8::33\").")
  @Nullable String ip6;

  @Option(names = "--link", paramLabel = "list", description = "Add link to another container.")
  List<String> links = new ArrayList<>();

  @Option(
      names = "--link-local-ip",
      paramLabel = "strings",
      description = "Add a link-local address for the container.")
  List<String> linkLocal = new ArrayList<>();

  /** Takes its arguments. */
  public ConnectCommand() {
    super(2, 2);
  }

  @Override
  public int run(Session session) throws Exception {
    boolean addressed = ip != null || ip6 != null || !linkLocal.isEmpty();
    session
        .client()
        .networks()
        .connect(
            argument(0),
            argument(1),
            EndpointSettingsBuilder.builder()
                .ipamConfig(addressed ? new EndpointIPAMConfig(ip, ip6, linkLocal) : null)
                .links(links.isEmpty() ? null : links)
                .aliases(aliases.isEmpty() ? null : aliases)
                .driverOpts(driverOptions.isEmpty() ? null : KeyValues.map(driverOptions))
                .gwPriority(gatewayPriority)
                .build());
    return 0;
  }
}
