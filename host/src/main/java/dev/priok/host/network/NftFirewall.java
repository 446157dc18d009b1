package dev.priok.host.network;

import dev.priok.kernel.netlink.NetlinkException;
import dev.priok.kernel.netlink.NftBatch;
import dev.priok.kernel.netlink.NftBatch.Element;
import dev.priok.kernel.netlink.NftBatch.Hook;
import dev.priok.kernel.netlink.NftBatch.NftSet;
import dev.priok.kernel.netlink.NftExpressions;
import dev.priok.kernel.netlink.NftSocket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One nf_tables table whose rules never change; networks and ports are elements of its sets. That
 * makes publishing a port one small transaction however many there are, and leaves no rule handles
 * to remember. docs/networking.md shows the table as {@code nft list table} prints it.
 */
public final class NftFirewall implements Firewall {
  private static final Logger LOG = LoggerFactory.getLogger(NftFirewall.class);

  private static final String BRIDGES = "bridges";
  private static final String INTERNAL = "internal";
  private static final String PAIRS = "pairs";
  private static final String SUBNETS = "subnets";
  private static final String MASQUERADED = "masqueraded";
  private static final String PUBLISHED = "published";
  private static final String PUBLISHED_ON = "published_on";
  private static final List<String> SETS =
      List.of(BRIDGES, INTERNAL, PAIRS, SUBNETS, MASQUERADED, PUBLISHED, PUBLISHED_ON);
  private static final List<String> CHAINS =
      List.of("raw_prerouting", "prerouting", "output", "postrouting", "forward", "publish");

  private final String table;
  private @Nullable NftSocket socket;
  private final Set<PortMapping> published = new HashSet<>();
  private final UdpFlows flows = new UdpFlows();

  /**
   * A firewall.
   *
   * @param table name of the table; two daemons on one host need two names
   */
  public NftFirewall(String table) {
    this.table = table;
  }

  @Override
  public synchronized void install() {
    try {
      definition().commit(socket(), "making the packet filter table " + table);
    } catch (NetlinkException e) {
      // A table of another version, with sets of another shape: replace it, in one transaction.
      LOG.info("replacing the packet filter table {}: {}", table, e.getMessage());
      NftBatch replacement = new NftBatch(table).table().deleteTable();
      define(replacement).commit(socket(), "replacing the packet filter table " + table);
    }
  }

  /** Opened on first use, in the host's namespace, and kept: see {@link NftSocket}. */
  private NftSocket socket() {
    NftSocket known = socket;
    if (known == null) {
      known = new NftSocket();
      socket = known;
    }
    return known;
  }

  private NftBatch definition() {
    return define(new NftBatch(table));
  }

  private static NftBatch define(NftBatch batch) {
    batch.table();
    batch.set(NftSet.of(BRIDGES, 16));
    batch.set(NftSet.of(INTERNAL, 16));
    batch.set(NftSet.of(PAIRS, 16, 16));
    batch.set(NftSet.ofRanges(SUBNETS, 4));
    batch.set(NftSet.ofRanges(MASQUERADED, 4));
    batch.set(NftSet.map(PUBLISHED, 8, 1, 2));
    batch.set(NftSet.map(PUBLISHED_ON, 8, 4, 1, 2));
    batch.chain("publish");
    batch.chain("raw_prerouting", Hook.RAW_PREROUTING);
    batch.chain("prerouting", Hook.NAT_PREROUTING);
    batch.chain("output", Hook.NAT_OUTPUT);
    batch.chain("postrouting", Hook.NAT_POSTROUTING);
    batch.chain("forward", Hook.FORWARD);
    CHAINS.forEach(batch::flush);

    // route_localnet makes the kernel route 127/8 of bridges: containers must not use that.
    batch.rule(
        "raw_prerouting", x().inputName(0).lookup(BRIDGES, 0).destinationIsLoopback().drop());
    // A neighbour could send packets to 127.0.0.1 over the wire to reach a loopback-only port.
    batch.rule("prerouting", x().inputIsNot("lo").destinationIsLoopback().returnToCaller());
    batch.rule("prerouting", x().destinationIsLocal().jump("publish"));
    batch.rule("output", x().destinationIsLocal().jump("publish"));
    batch.rule(
        "publish",
        x().destination(0).protocol(1).destinationPort(2).map(PUBLISHED_ON, 0, 0).dnat(0, 1));
    batch.rule("publish", x().protocol(0).destinationPort(1).map(PUBLISHED, 0, 0).dnat(0, 1));

    // Through a published port to a container, from a container: the answer has to come back here.
    batch.rule(
        "postrouting",
        x().outputName(0)
            .lookup(BRIDGES, 0)
            .source(0)
            .lookup(SUBNETS, 0)
            .connectionStatus(NftExpressions.STATUS_DNAT)
            .masquerade());
    batch.rule("postrouting", x().outputName(0).lookup(BRIDGES, 0).sourceIsLoopback().masquerade());
    batch.rule("postrouting", x().outputName(0).lookup(BRIDGES, 0).returnToCaller());
    batch.rule("postrouting", x().source(0).lookup(MASQUERADED, 0).masquerade());

    batch.rule("forward", x().inputName(0).outputName(4).lookup(PAIRS, 0).accept());
    batch.rule("forward", x().outputName(0).lookup(INTERNAL, 0).drop());
    batch.rule("forward", x().inputName(0).lookup(INTERNAL, 0).drop());
    batch.rule(
        "forward",
        x().outputName(0)
            .lookup(BRIDGES, 0)
            .connectionState(NftExpressions.ESTABLISHED_OR_RELATED)
            .accept());
    batch.rule(
        "forward",
        x().outputName(0).lookup(BRIDGES, 0).connectionStatus(NftExpressions.STATUS_DNAT).accept());
    batch.rule("forward", x().outputName(0).lookup(BRIDGES, 0).drop());
    return batch;
  }

  private static NftExpressions x() {
    return new NftExpressions();
  }

  @Override
  public synchronized void add(Zone zone) {
    NftBatch batch = new NftBatch(table);
    elements(zone).forEach(batch::add);
    batch.commit(socket(), "adding the packet filter elements of " + zone.bridge());
  }

  @Override
  public synchronized void remove(Zone zone) {
    NftBatch batch = new NftBatch(table);
    elements(zone).forEach(batch::delete);
    try {
      batch.commit(socket(), "removing the packet filter elements of " + zone.bridge());
    } catch (NetlinkException e) {
      if (e.errno() != NetlinkException.ENOENT) {
        throw e;
      }
      LOG.warn("the packet filter elements of {} were gone already", zone.bridge());
    }
  }

  private static Map<String, List<Element>> elements(Zone zone) {
    byte[] name = NftExpressions.interfaceName(zone.bridge());
    List<Element> one = List.of(new Element(name, null));
    List<Element> range =
        NftBatch.range(zone.subnet().network().bits(), zone.subnet().last().bits());
    return Map.of(
        BRIDGES,
        one,
        PAIRS,
        List.of(new Element(NftExpressions.concat(name, name), null)),
        INTERNAL,
        zone.internal() ? one : List.of(),
        SUBNETS,
        range,
        MASQUERADED,
        zone.masquerade() && !zone.internal() ? range : List.of());
  }

  @Override
  public synchronized void publish(Collection<PortMapping> mappings) {
    NftBatch batch = new NftBatch(table);
    mappings.forEach(m -> batch.add(map(m), List.of(new Element(key(m), value(m)))));
    batch.commit(socket(), "publishing ports");
    published.addAll(mappings);
    flows.forget(mappings);
  }

  @Override
  public synchronized void unpublish(Collection<PortMapping> mappings) {
    List<PortMapping> known = mappings.stream().filter(published::contains).toList();
    if (known.isEmpty()) {
      return;
    }
    NftBatch batch = new NftBatch(table);
    known.forEach(m -> batch.delete(map(m), List.of(new Element(key(m), null))));
    try {
      batch.commit(socket(), "unpublishing ports");
    } catch (NetlinkException e) {
      if (e.errno() != NetlinkException.ENOENT) {
        throw e;
      }
      // Somebody flushed the table ("nft flush ruleset"): what is left goes one by one.
      LOG.warn("the packet filter table {} was changed by another program", table);
      known.forEach(this::unpublishAlone);
    }
    known.forEach(published::remove);
    flows.forget(known);
  }

  private void unpublishAlone(PortMapping mapping) {
    try {
      new NftBatch(table)
          .delete(map(mapping), List.of(new Element(key(mapping), null)))
          .commit(socket(), "unpublishing port " + mapping.hostPort());
    } catch (NetlinkException e) {
      LOG.debug("port {} was not in the packet filter: {}", mapping.hostPort(), e.getMessage());
    }
  }

  private static String map(PortMapping mapping) {
    return mapping.hostAddress().isAny() ? PUBLISHED : PUBLISHED_ON;
  }

  private static byte[] key(PortMapping m) {
    byte[] protocol = {(byte) m.transport().number()};
    byte[] port = NftExpressions.port(m.hostPort());
    return m.hostAddress().isAny()
        ? NftExpressions.concat(protocol, port)
        : NftExpressions.concat(m.hostAddress().bytes(), protocol, port);
  }

  private static byte[] value(PortMapping m) {
    return NftExpressions.concat(
        m.containerAddress().bytes(), NftExpressions.port(m.containerPort()));
  }

  @Override
  public synchronized void reset(Collection<Zone> zones, Collection<PortMapping> mappings) {
    NftBatch batch = definition();
    SETS.forEach(batch::empty);
    for (Zone zone : new ArrayList<>(zones)) {
      elements(zone).forEach(batch::add);
    }
    mappings.forEach(m -> batch.add(map(m), List.of(new Element(key(m), value(m)))));
    batch.commit(socket(), "bringing the packet filter table " + table + " up to date");
    published.clear();
    published.addAll(mappings);
  }

  @Override
  public boolean translates() {
    return true;
  }

  @Override
  public synchronized void uninstall() {
    // Adding first makes deleting right whether or not the table is there.
    new NftBatch(table)
        .table()
        .deleteTable()
        .commit(socket(), "removing the packet filter table " + table);
    published.clear();
  }
}
