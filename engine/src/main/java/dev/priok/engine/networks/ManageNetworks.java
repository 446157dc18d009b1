package dev.priok.engine.networks;

import dev.priok.engine.Filters;
import dev.priok.engine.events.Events;
import dev.priok.engine.networks.ContainerDirectory.Member;
import dev.priok.engine.networks.ContainerNetworks.Attachment;
import dev.priok.engine.networks.ContainerNetworks.Plugged;
import dev.priok.model.api.network.ConfigReference;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.api.network.IPAM;
import dev.priok.model.api.network.Network;
import dev.priok.model.api.network.NetworkConnectRequest;
import dev.priok.model.api.network.NetworkContainer;
import dev.priok.model.api.network.NetworkCreateRequest;
import dev.priok.model.api.network.NetworkCreateResponse;
import dev.priok.model.api.network.NetworkDisconnectRequest;
import dev.priok.model.api.network.NetworkPruneResponse;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.NetworkId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The network resource of the Engine API, over bridges. */
public final class ManageNetworks implements Networks {
  private final NetworkRegistry registry;
  private final BridgedContainers containers;
  private final ContainerDirectory directory;
  private final Events events;

  public ManageNetworks(
      NetworkRegistry registry,
      BridgedContainers containers,
      ContainerDirectory directory,
      Events events) {
    this.registry = registry;
    this.containers = containers;
    this.directory = directory;
    this.events = events;
  }

  @Override
  public List<Network> list(Filters filters) {
    NetworkFilter filter = NetworkFilter.forList(filters);
    return registry.all().stream()
        .sorted(Comparator.comparing(NetworkRecord::name))
        .filter(r -> filter.matches(r, endpoints(r).isEmpty()))
        .map(r -> wire(r, Map.of()))
        .toList();
  }

  @Override
  public Network inspect(String network, boolean verbose) {
    NetworkRecord record = registry.find(network);
    Map<String, NetworkContainer> members = new TreeMap<>();
    for (Session session : containers.sessions()) {
      Endpoint endpoint = session.endpoints().get(record.name());
      if (endpoint != null) {
        members.put(
            session.attachment().container().value(),
            new NetworkContainer(
                bare(session.name()),
                endpoint.id(),
                endpoint.mac(),
                endpoint.address() + "/" + endpoint.network().subnet().prefix(),
                ""));
      }
    }
    return wire(record, members);
  }

  private List<Session> endpoints(NetworkRecord record) {
    return containers.sessions().stream()
        .filter(s -> s.endpoints().containsKey(record.name()))
        .toList();
  }

  private static String bare(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }

  private static Network wire(NetworkRecord record, Map<String, NetworkContainer> members) {
    return new Network(
        record.name(),
        record.id().value(),
        record.created(),
        "local",
        record.driver(),
        true,
        false,
        record.ipam(),
        record.internal(),
        record.attachable(),
        false,
        new ConfigReference(""),
        false,
        members,
        record.options(),
        record.labels(),
        null);
  }

  @Override
  public NetworkCreateResponse create(NetworkCreateRequest request) {
    String name = request.name() == null ? "" : request.name();
    if (name.isBlank()) {
      throw EngineException.invalid("invalid name: name is empty");
    }
    if (NetworkRegistry.isPredefined(name) || name.equals("default")) {
      // The space at the end is Docker's.
      throw EngineException.forbidden("operation is not permitted on predefined %s network ", name);
    }
    NetworkRequest.check(request);
    NetworkId id = NetworkId.random();
    Map<String, String> options =
        request.options() == null ? Map.of() : new LinkedHashMap<>(request.options());
    String bridge = options.getOrDefault(BridgeNetwork.NAME, "br-" + id.shortForm());
    IPAM ipam = request.ipam() == null ? new IPAM(null, null, null) : request.ipam();
    NetworkRecord record =
        registry.create(
            new NetworkRecord(
                id,
                name,
                Instant.now().toString(),
                NetworkRegistry.BRIDGE,
                Boolean.TRUE.equals(request.internal()),
                Boolean.TRUE.equals(request.attachable()),
                ipam,
                options,
                request.labels() == null ? Map.of() : request.labels(),
                bridge),
            ipam);
    tell("create", record);
    return new NetworkCreateResponse(id.value(), "");
  }

  @Override
  public void remove(String network) {
    NetworkRecord record = registry.find(network);
    if (NetworkRegistry.isPredefined(record.name())) {
      throw EngineException.forbidden(
          "%s is a pre-defined network and cannot be removed", record.name());
    }
    List<Session> active = endpoints(record);
    if (!active.isEmpty()) {
      List<String> names =
          active.stream()
              .map(s -> {
                Endpoint e = s.endpoints().get(record.name());
                String id = e == null ? "" : e.id().substring(0, 12);
                return "name:\"%s\" id:\"%s\"".formatted(bare(s.name()), id);
              })
              .toList();
      throw EngineException.forbidden(
          "error while removing network: network %s has active endpoints (%s)",
          record.name(), String.join(", ", names));
    }
    registry.remove(record);
    tell("destroy", record);
  }

  @Override
  public void connect(String network, NetworkConnectRequest request) {
    Member member = directory.resolve(text(request.container()));
    NetworkRecord record = registry.find(network);
    EndpointSettings wanted =
        request.endpointConfig() == null ? EndpointPlan.NOTHING_ASKED : request.endpointConfig();
    if (record.name().equals(NetworkRegistry.HOST)) {
      throw EngineException.invalid(
          "cannot connect container to host network - container must be created in host network"
              + " mode");
    }
    checkMode(member, record);
    BridgeNetwork bridge = registry.bridge(record.name());
    EndpointPlan.check(bridge, wanted);
    if (member.attachment().networks().containsKey(record.name())) {
      throw EngineException.forbidden(
          "endpoint with name %s already exists in network %s", bare(member.name()), record.name());
    }
    Plugged plugged = member.plugged();
    if (!member.running() || plugged == null) {
      directory.connected(member.id(), record.name(), wanted, null);
      return;
    }
    EndpointSettings made =
        containers.join(plugged, joining(member.attachment(), record, wanted), record.name());
    directory.connected(member.id(), record.name(), made, containers.now(member.id()));
  }

  private static Attachment joining(
      Attachment attachment, NetworkRecord record, EndpointSettings wanted) {
    return new Attachment(
        attachment.container(),
        attachment.name(),
        attachment.hostname(),
        attachment.domainname(),
        Map.of(record.name(), wanted),
        attachment.ports(),
        attachment.exposed(),
        attachment.publishAll(),
        attachment.dns(),
        attachment.dnsSearch(),
        attachment.dnsOptions(),
        attachment.extraHosts());
  }

  private static void checkMode(Member member, NetworkRecord record) {
    if (member.mode().equals(NetworkRegistry.HOST) || member.mode().startsWith("container:")) {
      throw EngineException.invalid(
          "container sharing network namespace with another container or host cannot be connected"
              + " to any other network");
    }
    if (member.mode().equals(NetworkRegistry.NONE) || record.name().equals(NetworkRegistry.NONE)) {
      throw EngineException.invalid(
          "container cannot be connected to multiple networks with one of the networks in private"
              + " (none) mode");
    }
  }

  private static String text(@Nullable String value) {
    if (value == null || value.isEmpty()) {
      throw EngineException.invalid("no container is named");
    }
    return value;
  }

  @Override
  public void disconnect(String network, NetworkDisconnectRequest request) {
    NetworkRecord record = registry.find(network);
    Member member = directory.resolve(text(request.container()));
    if (record.name().equals(NetworkRegistry.HOST) && member.mode().equals(NetworkRegistry.HOST)) {
      throw EngineException.invalid(
          "cannot disconnect container from host network - container was created in host network"
              + " mode");
    }
    Optional<Session> session = containers.session(member.id());
    Plugged plugged = member.plugged();
    if (session.isPresent() && plugged != null) {
      containers.leave(plugged, member.id(), record.name());
      directory.disconnected(member.id(), record.name(), containers.now(member.id()));
      return;
    }
    if (!member.attachment().networks().containsKey(record.name())) {
      throw EngineException.internal(
          "container %s is not connected to the network %s"
              .formatted(member.id().value(), record.name()),
          null);
    }
    directory.disconnected(member.id(), record.name(), null);
  }

  @Override
  public NetworkPruneResponse prune(Filters filters) {
    NetworkFilter filter = NetworkFilter.forPrune(filters);
    List<String> deleted = new ArrayList<>();
    for (NetworkRecord record : List.copyOf(registry.all())) {
      boolean unused = endpoints(record).isEmpty();
      if (!NetworkRegistry.isPredefined(record.name()) && unused && filter.matches(record, true)) {
        registry.remove(record);
        tell("destroy", record);
        deleted.add(record.name());
      }
    }
    // Docker tells the same number of every prune, and networks take no room.
    events.publish(Events.Type.NETWORK, "prune", "", Map.of("reclaimed", "0"));
    return new NetworkPruneResponse(deleted.isEmpty() ? null : deleted);
  }

  private void tell(String action, NetworkRecord record) {
    events.publish(
        Events.Type.NETWORK,
        action,
        record.id().value(),
        Map.of("name", record.name(), "type", record.driver()));
  }
}
