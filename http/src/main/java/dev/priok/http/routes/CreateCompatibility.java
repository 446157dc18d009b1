package dev.priok.http.routes;

import dev.priok.engine.system.SystemInformation;
import dev.priok.http.routing.ApiVersion;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.ContainerConfigBuilder;
import dev.priok.model.api.container.ContainerCreateRequest;
import dev.priok.model.api.container.ContainerCreateRequestBuilder;
import dev.priok.model.api.container.ContainerCreateResponse;
import dev.priok.model.api.container.HealthConfig;
import dev.priok.model.api.container.HealthConfigBuilder;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.api.container.NetworkingConfig;
import dev.priok.model.api.container.PortBinding;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.api.network.EndpointSettingsBuilder;
import dev.priok.model.error.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns a create request of any API version into one of the newest, so that the engine knows only
 * that. What a version did not have is ignored or refused as the changes of the API's versions say
 * (docs/api/version-history of the specification).
 */
public final class CreateCompatibility {
  private static final ContainerConfig NO_CONFIG = ContainerConfigBuilder.builder().build();
  private static final Set<String> NO_ADDRESSES = Set.of("none", "host");

  private final SystemInformation system;

  public CreateCompatibility(SystemInformation system) {
    this.system = system;
  }

  /** A request for the engine, and what the client should be warned of. */
  record Adapted(ContainerCreateRequest request, List<String> warnings) {
    ContainerCreateResponse addWarnings(ContainerCreateResponse response) {
      List<String> all = new ArrayList<>();
      List<String> own = response.warnings();
      if (own != null) {
        all.addAll(own);
      }
      all.addAll(warnings);
      return new ContainerCreateResponse(response.id(), all);
    }
  }

  Adapted adapt(@Nullable ContainerCreateRequest request, ApiVersion version) {
    if (request == null) {
      throw EngineException.invalid("invalid JSON: got EOF while reading request body");
    }
    if (request.config().equals(NO_CONFIG)) {
      throw EngineException.invalid("config cannot be empty in order to create a container");
    }
    HostConfig sent = request.hostConfig();
    HostConfig host = sent == null ? HostConfigBuilder.builder().build() : sent;
    String mode = host.networkMode();
    String network = mode == null || mode.isEmpty() ? "default" : mode;
    Map<String, EndpointSettings> endpoints = endpoints(request, version);
    List<String> warnings = new ArrayList<>();
    migrateMac(request, version, network, endpoints, warnings);
    var builder =
        ContainerCreateRequestBuilder.builder(request)
            .hostConfig(host(host, network, version))
            .networkingConfig(new NetworkingConfig(endpoints));
    HealthConfig health = request.healthcheck();
    if (version.before(44) && health != null) {
      builder.healthcheck(HealthConfigBuilder.builder(health).startInterval(null).build());
    }
    return new Adapted(builder.build(), warnings);
  }

  private HostConfig host(HostConfig host, String network, ApiVersion version) {
    var builder =
        HostConfigBuilder.builder(host)
            .networkMode(network)
            .portBindings(filled(host.portBindings()))
            .mounts(MountCompatibility.adapt(host.mounts(), version));
    Long pids = host.pidsLimit();
    if (pids != null && pids <= 0) {
      builder.pidsLimit(null);
    }
    if (version.before(40) && blank(host.ipcMode())) {
      builder.ipcMode("shareable");
    }
    if (version.before(41)
        && blank(host.cgroupnsMode())
        && !"2".equals(system.info().cgroupVersion())) {
      builder.cgroupnsMode("host");
    }
    if (version.before(42)) {
      builder.consoleSize(null);
    }
    if (version.before(43)) {
      builder.annotations(null);
    }
    return builder.build();
  }

  private static boolean blank(@Nullable String text) {
    return text == null || text.isEmpty();
  }

  /** A port without bindings means one binding with everything left to the engine. */
  private static @Nullable Map<String, @Nullable List<PortBinding>> filled(
      @Nullable Map<String, @Nullable List<PortBinding>> ports) {
    if (ports == null) {
      return null;
    }
    Map<String, @Nullable List<PortBinding>> result = new LinkedHashMap<>();
    ports.forEach((port, bindings) ->
        result.put(
            port,
            bindings == null || bindings.isEmpty()
                ? List.of(new PortBinding("", ""))
                : bindings.stream().map(CreateCompatibility::filled).toList()));
    return result;
  }

  private static PortBinding filled(PortBinding binding) {
    return new PortBinding(
        binding.hostIp() == null ? "" : binding.hostIp(),
        binding.hostPort() == null ? "" : binding.hostPort());
  }

  private static Map<String, EndpointSettings> endpoints(
      ContainerCreateRequest request, ApiVersion version) {
    NetworkingConfig networking = request.networkingConfig();
    Map<String, EndpointSettings> sent = networking == null ? null : networking.endpointsConfig();
    if (sent == null) {
      return new LinkedHashMap<>();
    }
    if (version.before(44) && sent.size() > 1) {
      throw EngineException.invalid(
          "Container cannot be created with multiple network endpoints: %s",
          String.join(", ", new TreeSet<>(sent.keySet())));
    }
    Map<String, EndpointSettings> result = new LinkedHashMap<>();
    sent.forEach((name, endpoint) -> {
      if (endpoint == null) {
        throw EngineException.invalid(
            "invalid config for network %s: EndpointsConfig is nil", name);
      }
      var builder = EndpointSettingsBuilder.builder(endpoint);
      if (version.before(44)) {
        builder.macAddress(null);
      }
      if (version.before(48)) {
        builder.gwPriority(null);
      }
      result.put(name, builder.build());
    });
    return result;
  }

  /** The container-wide MAC address belongs to the endpoint of the main network since 1.44. */
  private static void migrateMac(
      ContainerCreateRequest request,
      ApiVersion version,
      String network,
      Map<String, EndpointSettings> endpoints,
      List<String> warnings) {
    String mac = request.macAddress();
    if (mac == null || mac.isEmpty()) {
      return;
    }
    boolean addressed = !NO_ADDRESSES.contains(network) && !network.startsWith("container:");
    if (version.before(44)) {
      if (!addressed) {
        throw EngineException.invalid("conflicting options: mac-address and the network mode");
      }
    } else {
      warnings.add(
          "The container-wide MacAddress field is now deprecated. It should be specified in"
              + " EndpointsConfig instead.");
    }
    if (!addressed) {
      return;
    }
    String name =
        version.before(44) && endpoints.size() == 1
            ? endpoints.keySet().iterator().next()
            : network;
    EndpointSettings endpoint = endpoints.get(name);
    if (endpoint == null && !endpoints.isEmpty()) {
      throw EngineException.invalid(
          "unable to migrate container-wide MAC address to a specific network:"
              + " HostConfig.NetworkMode must match the identity of a network in"
              + " NetworkSettings.Networks");
    }
    String own = endpoint == null ? null : endpoint.macAddress();
    if (own != null && !own.isEmpty() && !own.equalsIgnoreCase(mac)) {
      throw EngineException.invalid(
          "the container-wide MAC address must match the endpoint-specific MAC address for the"
              + " main network, or be left empty");
    }
    var builder =
        endpoint == null
            ? EndpointSettingsBuilder.builder()
            : EndpointSettingsBuilder.builder(endpoint);
    endpoints.put(name, builder.macAddress(mac).build());
  }
}
