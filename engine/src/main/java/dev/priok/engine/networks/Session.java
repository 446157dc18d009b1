package dev.priok.engine.networks;

import dev.priok.engine.networks.ContainerNetworks.Attachment;
import dev.priok.host.network.PublishedPort;
import dev.priok.host.network.Sandbox;
import dev.priok.host.network.dns.NameServer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A plugged container. Changes happen under its monitor; name servers and inspect only read. */
final class Session {
  private final Attachment attachment;
  private final Sandbox sandbox;
  private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();
  private final List<PublishedPort> ports = new CopyOnWriteArrayList<>();
  private volatile @Nullable NameServer nameServer;
  private volatile String name;

  Session(Attachment attachment, Sandbox sandbox) {
    this.attachment = attachment;
    this.sandbox = sandbox;
    this.name = attachment.name();
  }

  Attachment attachment() {
    return attachment;
  }

  Sandbox sandbox() {
    return sandbox;
  }

  /** By the network's name. */
  Map<String, Endpoint> endpoints() {
    return endpoints;
  }

  List<PublishedPort> ports() {
    return ports;
  }

  String name() {
    return name;
  }

  void rename(String newName) {
    name = newName;
  }

  @Nullable NameServer nameServer() {
    return nameServer;
  }

  void nameServer(NameServer server) {
    nameServer = server;
  }

  Optional<Endpoint> gateway() {
    return gateway(endpoints.values().stream().toList());
  }

  /** Docker's order: the highest priority, then the network's name. */
  static Optional<Endpoint> gateway(List<Endpoint> endpoints) {
    return endpoints.stream()
        .filter(e -> !e.network().record().internal())
        .min(
            Comparator.comparingLong((Endpoint e) -> -e.gatewayPriority())
                .thenComparing(e -> e.network().name()));
  }

  String freeDevice() {
    int number = 0;
    while (true) {
      String device = "eth" + number;
      if (endpoints.values().stream().noneMatch(e -> e.device().equals(device))) {
        return device;
      }
      number++;
    }
  }
}
