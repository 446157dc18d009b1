package dev.priok.engine.networks;

import dev.priok.host.network.BridgeDriver;
import dev.priok.host.network.Firewall;
import dev.priok.host.network.Ipv4;
import dev.priok.host.network.Subnet;
import dev.priok.host.network.SubnetPools;
import dev.priok.host.store.Records;
import dev.priok.model.api.network.IPAM;
import dev.priok.model.api.network.IPAMConfig;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import dev.priok.model.id.NetworkId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All networks, in the store and in the kernel.
 *
 * <p>A network's record is written before its bridge is made and removed after the bridge is gone:
 * a daemon killed in between makes the bridge again at its next start, and nothing is left that no
 * record explains.
 */
public final class NetworkRegistry {
  static final String BRIDGE = "bridge";
  static final String HOST = "host";
  static final String NONE = "none";
  static final String NULL_DRIVER = "null";

  private static final Logger LOG = LoggerFactory.getLogger(NetworkRegistry.class);

  private final Records<NetworkRecord> store;
  private final BridgeDriver driver;
  private final Firewall firewall;
  private final NetworkOptions options;
  private final SubnetPools pools;
  private final Map<NetworkId, NetworkRecord> records = new ConcurrentHashMap<>();
  private final Map<NetworkId, BridgeNetwork> bridges = new ConcurrentHashMap<>();

  public NetworkRegistry(
      Records<NetworkRecord> store,
      BridgeDriver driver,
      Firewall firewall,
      NetworkOptions options) {
    this.store = store;
    this.driver = driver;
    this.firewall = firewall;
    this.options = options;
    this.pools = new SubnetPools(options.pools());
  }

  /** Once: reads the records, makes the predefined networks and every bridge that is missing. */
  public synchronized void start() {
    if (options.ipForward()) {
      driver.enableForwarding();
    }
    firewall.install();
    store.all().values().forEach(r -> records.put(r.id(), r));
    predefine(HOST, HOST);
    predefine(NONE, NULL_DRIVER);
    defaultBridge();
    for (NetworkRecord record : records.values()) {
      if (record.driver().equals(BRIDGE) && !record.name().equals(BRIDGE)) {
        try {
          use(record);
        } catch (RuntimeException e) {
          // One bad network must not keep the others, and their containers, from working.
          LOG.error("network {} cannot be used", record.name(), e);
        }
      }
    }
  }

  /**
   * At the daemon's orderly end, when no container runs: takes bridges and packet filter rules
   * away, so that a stopped daemon leaves nothing on the host. {@link #start} makes them from the
   * records.
   */
  public synchronized void stop() {
    for (BridgeNetwork network : bridges.values()) {
      try {
        driver.removeOwn(network.record().bridge(), network.gateway());
      } catch (RuntimeException e) {
        LOG.warn("bridge {} could not be removed", network.record().bridge(), e);
      }
    }
    bridges.clear();
    firewall.uninstall();
  }

  private void predefine(String name, String driverName) {
    if (byName(name).isEmpty()) {
      put(
          new NetworkRecord(
              NetworkId.random(),
              name,
              Instant.now().toString(),
              driverName,
              false,
              false,
              new IPAM("default", List.of(), null),
              Map.of(),
              Map.of(),
              ""));
    }
  }

  private void defaultBridge() {
    Optional<NetworkRecord> former = byName(BRIDGE);
    if (options.bridge().equals(NetworkOptions.NO_BRIDGE)) {
      former.ifPresent(this::drop);
      return;
    }
    IPAM ipam = defaultIpam(former);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(BridgeNetwork.DEFAULT, "true");
    settings.put(BridgeNetwork.ICC, Boolean.toString(options.icc()));
    settings.put(BridgeNetwork.MASQUERADE, Boolean.toString(options.masquerade()));
    settings.put(BridgeNetwork.BINDING, options.defaultBinding().toString());
    settings.put(BridgeNetwork.NAME, options.bridge());
    settings.put(BridgeNetwork.MTU, Integer.toString(options.mtu() == 0 ? 1500 : options.mtu()));
    NetworkRecord record =
        new NetworkRecord(
            former.map(NetworkRecord::id).orElseGet(NetworkId::random),
            BRIDGE,
            former.map(NetworkRecord::created).orElseGet(() -> Instant.now().toString()),
            BRIDGE,
            false,
            false,
            ipam,
            settings,
            Map.of(),
            options.bridge());
    if (former.isEmpty() || !former.get().equals(record)) {
      put(record);
    }
    use(record);
  }

  /** Where the option says nothing: as before, else as the interface has it, else chosen. */
  private IPAM defaultIpam(Optional<NetworkRecord> former) {
    Optional<Subnet.Cidr> address = options.bip();
    if (address.isEmpty() && former.isPresent()) {
      if (former.get().bridge().equals(options.bridge())) {
        return former.get().ipam();
      }
    }
    if (address.isEmpty()) {
      address = driver.address(options.bridge());
    }
    if (address.isPresent()) {
      Subnet.Cidr cidr = address.get();
      return ipam(cidr.subnet(), cidr.address());
    }
    Subnet chosen = pools.choose(taken(driver.usedSubnets()));
    return ipam(chosen, chosen.at(1));
  }

  private static IPAM ipam(Subnet subnet, Ipv4 gateway) {
    return new IPAM(
        "default",
        List.of(new IPAMConfig(subnet.toString(), null, gateway.toString(), null)),
        null);
  }

  private List<Subnet> taken(Collection<Subnet> more) {
    List<Subnet> result = new ArrayList<>(more);
    result.addAll(subnets());
    return result;
  }

  private List<Subnet> subnets() {
    return records.values().stream()
        .filter(r -> r.driver().equals(BRIDGE))
        .map(r -> BridgeNetwork.subnet(BridgeNetwork.ipv4(r)))
        .toList();
  }

  private void put(NetworkRecord record) {
    store.put(record.id().value(), record);
    records.put(record.id(), record);
  }

  private void drop(NetworkRecord record) {
    store.remove(record.id().value());
    records.remove(record.id());
  }

  private BridgeNetwork use(NetworkRecord record) {
    // Checked before anything is made: a bad option leaves nothing behind.
    BridgeNetwork network = BridgeNetwork.of(record, 0, options.defaultBinding());
    int index =
        driver.ensure(
            new BridgeDriver.Bridge(
                record.bridge(), network.gateway(), network.subnet().prefix(), network.mtu()));
    BridgeNetwork made = BridgeNetwork.of(record, index, options.defaultBinding());
    firewall.add(made.zone());
    bridges.put(record.id(), made);
    return made;
  }

  /** Makes a bridge network; {@code record} lacks only its subnet. */
  synchronized NetworkRecord create(NetworkRecord wanted, IPAM ipamWanted) {
    if (byName(wanted.name()).isPresent()) {
      throw EngineException.conflict("network with name %s already exists", wanted.name());
    }
    for (NetworkRecord other : records.values()) {
      if (!wanted.bridge().isEmpty() && other.bridge().equals(wanted.bridge())) {
        throw EngineException.forbidden(
            "cannot create network %s (%s): conflicts with network %s (%s): networks have same"
                + " bridge name",
            wanted.id(), wanted.bridge(), other.id(), other.bridge());
      }
    }
    IPAM ipam = IpamPlan.complete(ipamWanted, subnets(), driver.usedSubnets(), pools);
    NetworkRecord record =
        new NetworkRecord(
            wanted.id(),
            wanted.name(),
            wanted.created(),
            wanted.driver(),
            wanted.internal(),
            wanted.attachable(),
            ipam,
            wanted.options(),
            wanted.labels(),
            wanted.bridge());
    boolean foreign = driver.exists(record.bridge());
    BridgeNetwork.of(record, 0, options.defaultBinding());
    put(record);
    boolean done = false;
    try {
      use(record);
      done = true;
    } finally {
      if (!done) {
        bridges.remove(record.id());
        drop(record);
        if (!foreign) {
          driver.remove(record.bridge());
        }
      }
    }
    return record;
  }

  synchronized void remove(NetworkRecord record) {
    BridgeNetwork network = bridges.get(record.id());
    if (network != null) {
      if (!network.pool().retire()) {
        throw EngineException.forbidden(
            "error while removing network: network %s has active endpoints", record.name());
      }
      bridges.remove(record.id());
      firewall.remove(network.zone());
      driver.remove(record.bridge());
    }
    drop(record);
  }

  Collection<NetworkRecord> all() {
    return records.values();
  }

  Collection<BridgeNetwork> bridges() {
    return bridges.values();
  }

  Optional<BridgeNetwork> bridge(NetworkRecord record) {
    return Optional.ofNullable(bridges.get(record.id()));
  }

  static boolean isPredefined(String name) {
    return name.equals(BRIDGE) || name.equals(HOST) || name.equals(NONE);
  }

  /** The bridge network that a container names. */
  BridgeNetwork bridge(String term) {
    NetworkRecord record = find(term.equals("default") ? BRIDGE : term);
    return bridge(record)
        .orElseThrow(() ->
            EngineException.internal(
                "network " + record.name() + " has no bridge; see the daemon's log", null));
  }

  boolean isKnown(String term) {
    try {
      find(term.equals("default") ? BRIDGE : term);
      return true;
    } catch (EngineException e) {
      if (e.kind() == ErrorKind.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  Optional<NetworkRecord> byName(String name) {
    return records.values().stream().filter(r -> r.name().equals(name)).findFirst();
  }

  /** By whole id, name, or the beginning of an id, in this order. */
  NetworkRecord find(String term) {
    Optional<NetworkRecord> exact =
        records.values().stream().filter(r -> r.id().value().equals(term)).findFirst();
    if (exact.isEmpty()) {
      exact = byName(term);
    }
    if (exact.isPresent()) {
      return exact.get();
    }
    List<NetworkRecord> partial =
        term.isEmpty()
            ? List.of()
            : records.values().stream().filter(r -> r.id().value().startsWith(term)).toList();
    if (partial.size() > 1) {
      throw EngineException.invalid(
          "network %s is ambiguous (%d matches found based on ID prefix)", term, partial.size());
    }
    if (partial.isEmpty()) {
      throw EngineException.notFound("network %s not found", term);
    }
    return partial.getFirst();
  }

  Optional<Ipv4> hostGateway() {
    return options
        .hostGateway()
        .or(() -> byName(BRIDGE).flatMap(this::bridge).map(BridgeNetwork::gateway));
  }

  NetworkOptions options() {
    return options;
  }
}
