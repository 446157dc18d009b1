package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.model.api.container.ContainerCreateRequestBuilder;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.api.container.NetworkingConfig;
import dev.priok.model.api.network.EndpointIPAMConfig;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.api.network.EndpointSettingsBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of create and run about networks and ports. */
final class NetworkOptions {
  @Option(
      names = "--add-host",
      paramLabel = "list",
      description = "Add a custom host-to-IP mapping (host:ip).")
  List<String> addHosts = new ArrayList<>();

  @Option(names = "--dns", paramLabel = "list", description = "Set custom DNS servers.")
  List<String> dns = new ArrayList<>();

  @Option(
      names = {"--dns-option", "--dns-opt"},
      paramLabel = "list",
      description = "Set DNS options.")
  List<String> dnsOptions = new ArrayList<>();

  @Option(
      names = "--dns-search",
      paramLabel = "list",
      description = "Set custom DNS search domains.")
  List<String> dnsSearch = new ArrayList<>();

  @Option(
      names = "--expose",
      paramLabel = "list",
      description = "Expose a port or a range of ports.")
  List<String> expose = new ArrayList<>();

  @Option(
      names = "--ip",
      paramLabel = "string",
      description = "IPv4 address (e.g., 172.30.100.104).")
  @Nullable String ip;

  @Option(
      names = "--ip6",
      paramLabel = "string",
      description = "IPv6 address (e.g., 2001:db8::33).")
  @Nullable String ip6;

  @Option(names = "--link", paramLabel = "list", description = "Add link to another container.")
  List<String> links = new ArrayList<>();

  @Option(
      names = "--link-local-ip",
      paramLabel = "list",
      description = "Container IPv4/IPv6 link-local addresses.")
  List<String> linkLocal = new ArrayList<>();

  @Option(
      names = "--mac-address",
      paramLabel = "string",
      description = "Container MAC address (e.g., 92:d0:c6:0a:29:33).")
  @Nullable String macAddress;

  @Option(
      names = {"--network", "--net"},
      paramLabel = "network",
      description = "Connect a container to a network.")
  List<String> networks = new ArrayList<>();

  @Option(
      names = {"--network-alias", "--net-alias"},
      paramLabel = "list",
      description = "Add network-scoped alias for the container.")
  List<String> aliases = new ArrayList<>();

  @Option(
      names = {"-p", "--publish"},
      paramLabel = "list",
      description = "Publish a container's port(s) to the host.")
  List<String> publish = new ArrayList<>();

  @Option(
      names = {"-P", "--publish-all"},
      description = "Publish all exposed ports to random ports.")
  boolean publishAll;

  /** Fills in what these options say. */
  void apply(ContainerCreateRequestBuilder request, HostConfigBuilder host) {
    PortSpecs ports = PortSpecs.parse(publish, expose);
    request.exposedPorts(ports.exposed().isEmpty() ? null : ports.exposed());
    Map<String, EndpointSettings> endpoints = endpoints();
    host.portBindings(ports.bindings().isEmpty() ? null : ports.bindings())
        .publishAllPorts(publishAll)
        .networkMode(endpoints.isEmpty() ? "default" : endpoints.keySet().iterator().next())
        .dns(dns.isEmpty() ? null : dns)
        .dnsOptions(dnsOptions.isEmpty() ? null : dnsOptions)
        .dnsSearch(dnsSearch.isEmpty() ? null : dnsSearch)
        .extraHosts(
            addHosts.isEmpty() ? null : addHosts.stream().map(NetworkOptions::host).toList())
        .links(links.isEmpty() || !onDefaultBridge(endpoints) ? null : links);
    request.networkingConfig(
        endpoints.isEmpty() || namesNoNetwork(endpoints) ? null : new NetworkingConfig(endpoints));
  }

  private static boolean onDefaultBridge(Map<String, EndpointSettings> endpoints) {
    return endpoints.isEmpty()
        || endpoints.containsKey("bridge")
        || endpoints.containsKey("default");
  }

  /** host, none and another container's namespace have no endpoints of their own. */
  private static boolean namesNoNetwork(Map<String, EndpointSettings> endpoints) {
    String first = endpoints.keySet().iterator().next();
    return first.equals("host") || first.equals("none") || first.startsWith("container:");
  }

  private Map<String, EndpointSettings> endpoints() {
    Map<String, EndpointSettings> endpoints = new LinkedHashMap<>();
    boolean addressed = ip != null || ip6 != null || !linkLocal.isEmpty();
    List<String> names = networks;
    if (names.isEmpty() && (addressed || !aliases.isEmpty() || macAddress != null)) {
      names = List.of("default");
    }
    for (String text : names) {
      boolean first = endpoints.isEmpty();
      if (text.contains("=")) {
        NetworkSpec spec = NetworkSpec.parse(text);
        endpoints.put(spec.name(), spec.settings());
      } else {
        EndpointSettingsBuilder settings = EndpointSettingsBuilder.builder();
        if (first) {
          settings
              .ipamConfig(addressed ? new EndpointIPAMConfig(ip, ip6, linkLocal) : null)
              .aliases(aliases.isEmpty() ? null : aliases)
              .links(
                  links.isEmpty() || text.equals("bridge") || text.equals("default") ? null : links)
              .macAddress(macAddress);
        }
        endpoints.put(text, settings.build());
      }
    }
    return endpoints;
  }

  private static String host(String text) {
    int separator = text.indexOf('=');
    if (separator < 0) {
      separator = text.indexOf(':');
    }
    if (separator <= 0 || separator == text.length() - 1) {
      throw CliException.badOption(text, "--add-host", "bad format for add-host: \"" + text + "\"");
    }
    return text.substring(0, separator) + ":" + text.substring(separator + 1);
  }
}
