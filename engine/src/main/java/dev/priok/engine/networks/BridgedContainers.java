package dev.priok.engine.networks;

import dev.priok.engine.events.Events;
import dev.priok.host.network.Firewall;
import dev.priok.host.network.Ipv4;
import dev.priok.host.network.PortAllocator;
import dev.priok.host.network.PortAllocator.Wish;
import dev.priok.host.network.PortMapping;
import dev.priok.host.network.PublishedPort;
import dev.priok.host.network.Sandbox;
import dev.priok.host.network.Transport;
import dev.priok.host.network.dns.NameServer;
import dev.priok.host.network.dns.Upstream;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.ContainerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Containers on bridges: one namespace each, one veth pair for each of its networks. */
public final class BridgedContainers implements ContainerNetworks {
  private static final Logger LOG = LoggerFactory.getLogger(BridgedContainers.class);

  private final NetworkRegistry registry;
  private final Firewall firewall;
  private final PortAllocator allocator;
  private final Events events;
  private final Upstream upstream = new Upstream();
  private final NetworkNames names = new NetworkNames();
  private final Map<ContainerId, Session> sessions = new ConcurrentHashMap<>();

  public BridgedContainers(
      NetworkRegistry registry, Firewall firewall, PortAllocator allocator, Events events) {
    this.registry = registry;
    this.firewall = firewall;
    this.allocator = allocator;
    this.events = events;
  }

  Collection<Session> sessions() {
    return sessions.values();
  }

  Optional<Session> session(ContainerId container) {
    return Optional.ofNullable(sessions.get(container));
  }

  @Override
  public boolean hasDefaultBridge() {
    return registry.isKnown(NetworkRegistry.BRIDGE);
  }

  @Override
  public void validate(Attachment attachment) {
    attachment
        .networks()
        .forEach((name, wanted) -> {
          // A network that is missing fails the start, as with Docker: a 404 from create means "no
          // such image" to the docker command, which then pulls it.
          if (registry.isKnown(name)) {
            try {
              EndpointPlan.check(registry.bridge(name), wanted);
            } catch (EngineException e) {
              throw new EngineException(
                  e.kind(), "invalid config for network " + name + ": " + e.getMessage(), e);
            }
          }
        });
    PortPlan.wishes(attachment, Ipv4.ANY, Ipv4.ANY);
    HostsFile.of("", List.of(), attachment.extraHosts(), registry.hostGateway());
    resolver(attachment).upstream();
  }

  @Override
  public Plugged plug(Attachment attachment) {
    return plug(attachment, Sandbox::create);
  }

  @Override
  public Plugged plugInto(Attachment attachment, long pid) {
    return plug(
        attachment, (interfaces, gateway, more) -> Sandbox.fill(pid, interfaces, gateway, more));
  }

  /** How the namespace comes to be. */
  private interface Making {
    Sandbox make(
        List<Sandbox.Interface> interfaces, Sandbox.@Nullable Gateway gateway, Runnable more);
  }

  private Plugged plug(Attachment attachment, Making making) {
    unplug(attachment.container());
    try (Undo undo = new Undo()) {
      Map<String, Endpoint> endpoints = new LinkedHashMap<>();
      attachment
          .networks()
          .forEach((term, wanted) -> {
            BridgeNetwork network = registry.bridge(term);
            Endpoint endpoint =
                EndpointPlan.make(attachment, network, wanted, "eth" + endpoints.size());
            undo.add(() -> network.pool().release(endpoint.address()));
            endpoints.put(network.name(), endpoint);
          });
      Optional<Endpoint> gateway = Session.gateway(List.copyOf(endpoints.values()));
      List<PublishedPort> ports = new ArrayList<>();
      gateway.ifPresent(g -> claim(attachment, g, ports, undo));
      AtomicReference<NameServer> server = new AtomicReference<>();
      boolean named = endpoints.values().stream().anyMatch(e -> !e.network().isDefault());
      Sandbox sandbox =
          making.make(
              endpoints.values().stream().map(EndpointPlan::device).toList(),
              gateway.map(g -> new Sandbox.Gateway(g.device(), g.network().gateway())).orElse(null),
              () -> {
                if (named) {
                  server.set(openNameServer());
                }
              });
      undo.add(sandbox::close);
      Session session = new Session(attachment, sandbox);
      session.endpoints().putAll(endpoints);
      session.ports().addAll(ports);
      startNameServer(session, server.get(), undo);
      publish(session, gateway, undo);
      endpoints.values().forEach(e -> name(e, undo));
      sessions.put(attachment.container(), session);
      undo.keep();
      endpoints.values().forEach(e -> tell("connect", e, attachment.container()));
      return plugged(session);
    }
  }

  private void claim(
      Attachment attachment, Endpoint gateway, List<PublishedPort> ports, Undo undo) {
    List<Wish> wishes = PortPlan.wishes(attachment, gateway.address(), gateway.network().binding());
    for (Wish wish : wishes) {
      if (!firewall.translates() && wish.transport() != Transport.TCP) {
        throw EngineException.notImplemented(
            "publishing %s ports needs the packet filter, which --iptables=false turns off",
            wish.transport().apiName());
      }
      try {
        PublishedPort port = allocator.claim(wish);
        undo.add(port::close);
        ports.add(port);
      } catch (EngineException e) {
        throw new EngineException(e.kind(), publishFailed(attachment, gateway) + e.getMessage(), e);
      }
    }
  }

  private static String publishFailed(Attachment attachment, Endpoint endpoint) {
    return "driver failed programming external connectivity on endpoint %s (%s): "
        .formatted(bare(attachment.name()), endpoint.id());
  }

  private static String bare(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }

  private void publish(Session session, Optional<Endpoint> gateway, Undo undo) {
    List<PortMapping> mappings = mappings(session);
    if (mappings.isEmpty() || gateway.isEmpty()) {
      return;
    }
    try {
      firewall.publish(mappings);
    } catch (RuntimeException e) {
      throw EngineException.internal(
          publishFailed(session.attachment(), gateway.get()) + e.getMessage(), e);
    }
    undo.add(() -> firewall.unpublish(mappings));
  }

  private static List<PortMapping> mappings(Session session) {
    return session.ports().stream().map(PublishedPort::mapping).toList();
  }

  private void name(Endpoint endpoint, Undo undo) {
    if (!endpoint.names().isEmpty()) {
      names.add(endpoint.network().record().id(), endpoint.names(), endpoint.address());
      undo.add(() -> names.remove(endpoint.network().record().id(), endpoint.address()));
    }
  }

  private static NameServer openNameServer() {
    try {
      return NameServer.open();
    } catch (IOException e) {
      throw new UncheckedIOException("opening a container's name server failed", e);
    }
  }

  private void startNameServer(Session session, @Nullable NameServer server, Undo undo) {
    if (server != null) {
      undo.add(server::close);
      session.nameServer(server);
      server.start(
          new SessionNames(session, names), resolver(session.attachment()).upstream(), upstream);
    }
  }

  private ResolvConf resolver(Attachment attachment) {
    NetworkOptions options = registry.options();
    return ResolvConf.ofHost()
        .with(options.dns(), options.dnsSearch(), options.dnsOptions())
        .with(attachment.dns(), attachment.dnsSearch(), attachment.dnsOptions());
  }

  private Plugged plugged(Session session) {
    Attachment attachment = session.attachment();
    Map<String, EndpointSettings> networks = new LinkedHashMap<>();
    session.endpoints().forEach((name, endpoint) -> networks.put(name, endpoint.settings()));
    ResolvConf resolver = resolver(attachment);
    List<Ipv4> addresses =
        session.endpoints().values().stream().map(Endpoint::address).sorted().toList();
    return new Plugged(
        session.sandbox().path(),
        networks,
        PortPlan.published(attachment, session.ports()),
        session.nameServer() == null ? resolver.forDefaultNetwork() : resolver.forNameServer(),
        HostsFile.of(
            HostsFile.names(attachment.hostname(), attachment.domainname()),
            addresses,
            attachment.extraHosts(),
            registry.hostGateway()));
  }

  /** What a plugged container has now, after networks were joined or left. */
  Plugged now(ContainerId container) {
    return plugged(require(container));
  }

  private Session require(ContainerId container) {
    return session(container)
        .orElseThrow(
            () -> EngineException.conflict("container %s is not running", container.value()));
  }

  @Override
  public EndpointSettings join(Plugged plugged, Attachment attachment, String network) {
    Session session = require(attachment.container());
    synchronized (session) {
      BridgeNetwork bridge = registry.bridge(network);
      if (session.endpoints().containsKey(bridge.name())) {
        throw EngineException.forbidden(
            "endpoint with name %s already exists in network %s",
            bare(session.name()), bridge.name());
      }
      EndpointSettings wanted =
          Optional.ofNullable(attachment.networks().get(network))
              .or(() -> Optional.ofNullable(attachment.networks().get(bridge.name())))
              .orElse(EndpointPlan.NOTHING_ASKED);
      try (Undo undo = new Undo()) {
        Optional<Endpoint> before = session.gateway();
        Endpoint endpoint = EndpointPlan.make(attachment, bridge, wanted, session.freeDevice());
        undo.add(() -> bridge.pool().release(endpoint.address()));
        session.sandbox().attach(EndpointPlan.device(endpoint));
        undo.add(() -> session.sandbox().detach(endpoint.device()));
        if (!bridge.isDefault() && session.nameServer() == null) {
          NameServer server = session.sandbox().call(NameServer::open);
          startNameServer(session, server, undo);
        }
        session.endpoints().put(bridge.name(), endpoint);
        undo.add(() -> session.endpoints().remove(bridge.name()));
        name(endpoint, undo);
        moveGateway(session, before);
        undo.keep();
        tell("connect", endpoint, attachment.container());
        return endpoint.settings();
      }
    }
  }

  @Override
  public void leave(Plugged plugged, ContainerId container, String network) {
    Session session = require(container);
    synchronized (session) {
      BridgeNetwork bridge = registry.bridge(network);
      Optional<Endpoint> before = session.gateway();
      Endpoint endpoint = session.endpoints().remove(bridge.name());
      if (endpoint == null) {
        throw EngineException.internal(
            "container %s is not connected to network %s"
                .formatted(container.value(), bridge.name()),
            null);
      }
      names.remove(bridge.record().id(), endpoint.address());
      try {
        session.sandbox().detach(endpoint.device());
        moveGateway(session, before);
      } finally {
        bridge.pool().release(endpoint.address());
      }
      tell("disconnect", endpoint, container);
    }
  }

  /** Published ports and the default route follow when another network becomes the gateway. */
  private void moveGateway(Session session, Optional<Endpoint> before) {
    Optional<Endpoint> after = session.gateway();
    if (before.map(Endpoint::id).equals(after.map(Endpoint::id))) {
      return;
    }
    firewall.unpublish(mappings(session));
    if (after.isEmpty()) {
      return;
    }
    Endpoint gateway = after.get();
    session.sandbox().defaultRoute(gateway.device(), gateway.network().gateway());
    session.ports().forEach(p -> p.retarget(gateway.address()));
    if (session.ports().isEmpty()) {
      try (Undo undo = new Undo()) {
        // The container had no network to publish on when it started.
        List<PublishedPort> ports = new ArrayList<>();
        claim(session.attachment(), gateway, ports, undo);
        session.ports().addAll(ports);
        undo.keep();
      }
    }
    if (!session.ports().isEmpty()) {
      firewall.publish(mappings(session));
    }
  }

  @Override
  public void unplug(ContainerId container) {
    Session session = sessions.remove(container);
    if (session == null) {
      return;
    }
    synchronized (session) {
      // Last first; one failing step must not keep the others from being done.
      try (Undo steps = new Undo()) {
        for (Endpoint endpoint : session.endpoints().values()) {
          steps.add(() -> tell("disconnect", endpoint, container));
          steps.add(() -> endpoint.network().pool().release(endpoint.address()));
          steps.add(() -> names.remove(endpoint.network().record().id(), endpoint.address()));
        }
        steps.add(session.sandbox()::close);
        NameServer server = session.nameServer();
        if (server != null) {
          steps.add(server::close);
        }
        session.ports().forEach(p -> steps.add(p::close));
        steps.add(() -> firewall.unpublish(mappings(session)));
      }
    }
  }

  @Override
  public Plugged readopt(Attachment attachment, Plugged recorded, int pid) {
    try (Undo undo = new Undo()) {
      Sandbox sandbox = Sandbox.of(pid);
      undo.add(sandbox::close);
      Session session = new Session(attachment, sandbox);
      for (Map.Entry<String, EndpointSettings> entry : recorded.networks().entrySet()) {
        BridgeNetwork network = registry.bridge(entry.getKey());
        Endpoint endpoint = EndpointPlan.again(attachment, network, entry.getValue(), session);
        undo.add(() -> network.pool().release(endpoint.address()));
        session.endpoints().put(network.name(), endpoint);
        name(endpoint, undo);
      }
      session
          .gateway()
          .ifPresent(g -> {
            for (Wish wish : PortPlan.again(recorded.ports(), g.address())) {
              PublishedPort port = allocator.reclaim(wish);
              undo.add(port::close);
              session.ports().add(port);
            }
          });
      if (session.endpoints().values().stream().anyMatch(e -> !e.network().isDefault())) {
        startNameServer(session, sandbox.call(NameServer::open), undo);
      }
      sessions.put(attachment.container(), session);
      undo.keep();
      return plugged(session);
    }
  }

  @Override
  public void rename(ContainerId container, String name) {
    session(container)
        .ifPresent(session -> {
          synchronized (session) {
            String former = bare(session.name());
            session.rename(name);
            session.endpoints().replaceAll((network, e) -> renamed(e, former, bare(name)));
          }
        });
  }

  private Endpoint renamed(Endpoint endpoint, String former, String name) {
    if (endpoint.names().isEmpty()) {
      return endpoint;
    }
    List<String> all =
        endpoint.names().stream().map(n -> n.equals(former) ? name : n).distinct().toList();
    Endpoint result = endpoint.withNames(all);
    names.remove(endpoint.network().record().id(), endpoint.address());
    names.add(endpoint.network().record().id(), all, endpoint.address());
    return result;
  }

  @Override
  public void reconcile() {
    List<PortMapping> mappings =
        sessions.values().stream().flatMap(s -> mappings(s).stream()).toList();
    firewall.reset(registry.bridges().stream().map(BridgeNetwork::zone).toList(), mappings);
    LOG.info(
        "{} networks, {} containers on them, {} published ports",
        registry.all().size(),
        sessions.size(),
        mappings.size());
  }

  private void tell(String action, Endpoint endpoint, ContainerId container) {
    NetworkRecord record = endpoint.network().record();
    events.publish(
        Events.Type.NETWORK,
        action,
        record.id().value(),
        Map.of("container", container.value(), "name", record.name(), "type", record.driver()));
  }
}
