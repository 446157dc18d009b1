package dev.priok.http.routes;

import dev.priok.http.routing.ApiVersion;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.ContainerInspectResponse;
import dev.priok.model.api.container.ContainerInspectResponseBuilder;
import dev.priok.model.api.container.ContainerSummary;
import dev.priok.model.api.container.ContainerSummaryBuilder;
import dev.priok.model.api.container.ContainerSummaryHostConfig;
import dev.priok.model.api.container.NetworkSettings;
import dev.priok.model.api.container.NetworkSettingsBuilder;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.api.network.EndpointSettingsBuilder;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How containers look to clients of older API versions. */
final class ContainerShapes {
  private static final Set<String> BUILT_IN = Set.of("bridge", "host", "none", "default");

  private ContainerShapes() {}

  static ContainerSummary summary(ContainerSummary container, ApiVersion version) {
    if (version.atLeast(48)) {
      return container;
    }
    var builder = ContainerSummaryBuilder.builder(container).imageManifestDescriptor(null);
    ContainerSummaryHostConfig host = container.hostConfig();
    if (version.before(46) && host != null) {
      builder.hostConfig(new ContainerSummaryHostConfig(host.networkMode(), null));
    }
    return builder.build();
  }

  static ContainerInspectResponse inspect(ContainerInspectResponse container, ApiVersion version) {
    if (version.atLeast(48)) {
      return container;
    }
    var builder = ContainerInspectResponseBuilder.builder(container).imageManifestDescriptor(null);
    NetworkSettings settings = container.networkSettings();
    if (version.before(45) && settings != null && settings.networks() != null) {
      builder.networkSettings(
          NetworkSettingsBuilder.builder(settings)
              .networks(withIdAliases(container, settings.networks()))
              .build());
    }
    return builder.build();
  }

  /** Before 1.45 the aliases of user-defined networks listed the short id and the host name. */
  private static Map<String, EndpointSettings> withIdAliases(
      ContainerInspectResponse container, Map<String, EndpointSettings> networks) {
    Map<String, EndpointSettings> result = new LinkedHashMap<>();
    networks.forEach((name, endpoint) ->
        result.put(name, BUILT_IN.contains(name) ? endpoint : withAliases(container, endpoint)));
    return result;
  }

  private static EndpointSettings withAliases(
      ContainerInspectResponse container, EndpointSettings endpoint) {
    Set<String> aliases = new LinkedHashSet<>();
    List<String> present = endpoint.aliases();
    if (present != null) {
      aliases.addAll(present);
    }
    String id = container.id();
    if (id != null) {
      aliases.add(id.substring(0, Math.min(12, id.length())));
    }
    ContainerConfig config = container.config();
    String hostname = config == null ? null : config.hostname();
    if (hostname != null && !hostname.isEmpty()) {
      aliases.add(hostname);
    }
    return EndpointSettingsBuilder.builder(endpoint).aliases(List.copyOf(aliases)).build();
  }
}
