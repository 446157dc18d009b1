package dev.priok.engine.containers;

import dev.priok.engine.networks.ContainerNetworks.Attachment;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.NetworkingConfig;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.api.network.EndpointSettingsBuilder;
import dev.priok.model.error.EngineException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which networks a container is to be on, by the request's several ways to say so. */
final class NetworkWishes {
  private static final Set<String> OWN = Set.of("host", "none");

  private NetworkWishes() {}

  static boolean isHost(HostConfig config) {
    return "host".equals(config.networkMode());
  }

  static boolean isNone(HostConfig config) {
    return "none".equals(config.networkMode());
  }

  /** Where a container is to be that nobody said anything else of. */
  static boolean isDefaultBridge(HostConfig config) {
    return "bridge".equals(HostConfigDefaults.networkMode(config.networkMode()));
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
      ContainerConfig own, HostConfig config, @Nullable NetworkingConfig networking) {
    Map<String, EndpointSettings> result = new LinkedHashMap<>();
    if (sharedWith(config) != null || Boolean.TRUE.equals(own.networkDisabled())) {
      return result;
    }
    String mode = HostConfigDefaults.networkMode(config.networkMode());
    Map<String, EndpointSettings> asked =
        networking == null || networking.endpointsConfig() == null
            ? Map.of()
            : networking.endpointsConfig();
    refuseBeside(mode, asked.keySet());
    EndpointSettings first = asked.get(mode);
    if (first == null && mode.equals("bridge")) {
      first = asked.get("default");
    }
    result.put(mode, first == null ? EndpointSettingsBuilder.builder().build() : first);
    if (!isHost(config) && !isNone(config)) {
      asked.forEach((name, settings) -> {
        if (!name.equals("default")) {
          result.putIfAbsent(
              name, settings == null ? EndpointSettingsBuilder.builder().build() : settings);
        }
      });
    }
    return result;
  }

  /** A container without a network of its own has no endpoints on others, and the other way. */
  private static void refuseBeside(String mode, Set<String> asked) {
    for (String name : asked) {
      boolean alone = !name.equals(mode) && (OWN.contains(mode) || OWN.contains(name));
      if (alone && !name.equals("default")) {
        throw EngineException.invalid(
            "conflicting options: network %s cannot be joined with the network mode %s",
            name, mode);
      }
    }
  }

  /** What networking is asked for at a start. */
  static Attachment attachment(ContainerRecord record) {
    HostConfig host = record.hostConfig();
    Map<String, EndpointSettings> networks = isNone(host) ? Map.of() : record.networks();
    // As Docker: ports of a container without a network are dropped without a word.
    boolean disabled = Boolean.TRUE.equals(record.config().networkDisabled());
    Map<String, Map<String, Object>> exposed = record.config().exposedPorts();
    return new Attachment(
        record.id(),
        record.name(),
        record.config().hostname() == null ? "" : record.config().hostname(),
        record.config().domainname() == null ? "" : record.config().domainname(),
        networks,
        disabled || host.portBindings() == null ? Map.of() : host.portBindings(),
        exposed == null ? List.of() : List.copyOf(exposed.keySet()),
        !disabled && Boolean.TRUE.equals(host.publishAllPorts()),
        host.dns() == null ? List.of() : host.dns(),
        host.dnsSearch() == null ? List.of() : host.dnsSearch(),
        host.dnsOptions() == null ? List.of() : host.dnsOptions(),
        host.extraHosts() == null ? List.of() : host.extraHosts());
  }
}
