package dev.priok.engine.containers;

import dev.priok.engine.networks.ContainerNetworks.Attachment;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.NetworkingConfig;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.api.network.EndpointSettingsBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which networks a container is to be on, by the request's several ways to say so. */
final class NetworkWishes {
  private NetworkWishes() {}

  static boolean isHost(HostConfig config) {
    return "host".equals(config.networkMode());
  }

  static boolean isNone(HostConfig config) {
    return "none".equals(config.networkMode());
  }

  /** The container whose network is shared, or null. */
  static @Nullable String sharedWith(HostConfig config) {
    String mode = config.networkMode();
    return mode != null && mode.startsWith("container:")
        ? mode.substring("container:".length())
        : null;
  }

  /** True where the container has a network namespace of its own making. */
  static boolean isPlugged(HostConfig config) {
    return !isHost(config) && sharedWith(config) == null;
  }

  /** The endpoints as {@code NetworkSettings.Networks} shows them, by network name. */
  static Map<String, EndpointSettings> endpoints(
      HostConfig config, @Nullable NetworkingConfig networking) {
    Map<String, EndpointSettings> result = new LinkedHashMap<>();
    if (sharedWith(config) != null) {
      return result;
    }
    String mode = HostConfigDefaults.networkMode(config.networkMode());
    Map<String, EndpointSettings> asked =
        networking == null || networking.endpointsConfig() == null
            ? Map.of()
            : networking.endpointsConfig();
    EndpointSettings first = asked.get(mode);
    if (first == null && mode.equals("bridge")) {
      first = asked.get("default");
    }
    result.put(mode, first == null ? EndpointSettingsBuilder.builder().build() : first);
    if (!isHost(config) && !isNone(config)) {
      asked.forEach(
          (name, settings) -> {
            if (!name.equals("default")) {
              result.putIfAbsent(
                  name, settings == null ? EndpointSettingsBuilder.builder().build() : settings);
            }
          });
    }
    return result;
  }

  /** What networking is asked for at a start. */
  static Attachment attachment(ContainerRecord record) {
    HostConfig host = record.hostConfig();
    Map<String, EndpointSettings> networks = isNone(host) ? Map.of() : record.networks();
    Map<String, Map<String, Object>> exposed = record.config().exposedPorts();
    return new Attachment(
        record.id(),
        record.name(),
        record.config().hostname() == null ? "" : record.config().hostname(),
        networks,
        host.portBindings() == null ? Map.of() : host.portBindings(),
        exposed == null ? List.of() : List.copyOf(exposed.keySet()),
        Boolean.TRUE.equals(host.publishAllPorts()),
        host.dns() == null ? List.of() : host.dns(),
        host.dnsSearch() == null ? List.of() : host.dnsSearch(),
        host.dnsOptions() == null ? List.of() : host.dnsOptions(),
        host.extraHosts() == null ? List.of() : host.extraHosts());
  }
}
