package dev.priok.engine.containers;

import dev.priok.engine.networks.ContainerNetworks.Attachment;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code docker run --link} on the default bridge, which has no name server: the container that
 * links gets names of the other one in {@code /etc/hosts} and its ports and environment as
 * variables ({@link LinkEnvironment}).
 *
 * <p>A link lives in the record of the container that has it, as {@code ID:alias}, so that it
 * survives renames and ends with either container. It gives the other container a further name,
 * {@code /parent/alias}. On user-defined networks a link is an alias that the name server knows, a
 * matter of the endpoint.
 */
public final class ContainerLinks {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerLinks.class);
  private static final String DEFAULT_NETWORK = "bridge";

  private final ContainerTable table;

  public ContainerLinks(ContainerTable table) {
    this.table = table;
  }

  /** To a container that exists. */
  record Link(Container to, String alias) {}

  /** The request's links with ids instead of names; refuses those to nobody. */
  HostConfig resolve(HostConfig config) {
    List<String> asked = config.links();
    if (asked == null || asked.isEmpty()) {
      return config;
    }
    if (!DEFAULT_NETWORK.equals(config.networkMode()) && !NetworkWishes.isNone(config)) {
      return HostConfigBuilder.builder(config).links(null).build();
    }
    Map<String, String> byAlias = new LinkedHashMap<>();
    for (String text : asked) {
      Named link = Named.parse(text);
      byAlias.putIfAbsent(link.alias(), target(link.name()).id() + ":" + link.alias());
    }
    return HostConfigBuilder.builder(config).links(List.copyOf(byAlias.values())).build();
  }

  /** As the user writes it. */
  record Named(String name, String alias) {
    static Named parse(String text) {
      String[] parts = text.split(":", -1);
      if (text.isEmpty()) {
        throw EngineException.invalid("empty string specified for links");
      }
      if (parts.length > 2) {
        throw EngineException.invalid("bad format for links: %s", text);
      }
      if (parts.length == 2 && parts[0].startsWith("/")) {
        // The form of inspect, for those who make a container from another's settings.
        String alias = parts[1].substring(parts[1].lastIndexOf('/') + 1);
        return new Named(parts[0].substring(1), alias);
      }
      return new Named(parts[0], parts[parts.length - 1]);
    }
  }

  private Container target(String name) {
    Container found = name.isEmpty() ? null : table.find(name);
    if (found == null) {
      // Not 404: the docker command would take that for a missing image, and pull it.
      throw EngineException.invalid(
          "could not get container for %s: No such container: %s", name, name);
    }
    String shared = NetworkWishes.sharedWith(found.record().hostConfig());
    if (shared != null) {
      return target(shared);
    }
    if (NetworkWishes.isHost(found.record().hostConfig())) {
      throw EngineException.invalid(
          "conflicting options: host type networking can't be used with links. This would result"
              + " in undefined behavior");
    }
    return found;
  }

  /** A container's links, to containers that still exist. */
  List<Link> of(ContainerRecord parent) {
    List<String> kept = parent.hostConfig().links();
    if (kept == null || kept.isEmpty()) {
      return List.of();
    }
    List<Link> result = new ArrayList<>();
    for (String text : kept) {
      Named link = Named.parse(text);
      Container to = table.byId(new ContainerId(link.name()));
      if (to != null) {
        result.add(new Link(to, link.alias()));
      }
    }
    return result;
  }

  /** The links as inspect shows them; null where there are none. */
  @Nullable List<String> shown(ContainerRecord parent) {
    List<String> result =
        of(parent).stream()
            .map(l -> "/" + l.to().name() + ":/" + parent.name() + "/" + l.alias())
            .toList();
    return result.isEmpty() ? null : result;
  }

  /** Names that links give to containers, without a leading slash. */
  Map<ContainerId, List<String>> names() {
    Map<ContainerId, List<String>> result = new HashMap<>();
    for (Container parent : table.values()) {
      for (Link link : of(parent.record())) {
        result
            .computeIfAbsent(link.to().id(), id -> new ArrayList<>())
            .add(parent.name() + "/" + link.alias());
      }
    }
    return result;
  }

  /** What networking is asked for at a start, names of linked containers included. */
  Attachment attachment(ContainerRecord record) {
    Attachment own = NetworkWishes.attachment(record);
    List<Link> links = of(record);
    if (links.isEmpty() || !record.networks().containsKey(DEFAULT_NETWORK)) {
      return own;
    }
    List<String> hosts = new ArrayList<>(own.extraHosts());
    for (Link link : links) {
      String address = address(link.to().record());
      if (!address.isEmpty()) {
        hosts.add(hostNames(link) + ":" + address);
      }
    }
    return own.withExtraHosts(hosts);
  }

  /** At a start: refuses where a linked container does not run. */
  void check(ContainerRecord record) {
    for (Link link : of(record)) {
      ContainerRecord to = link.to().record();
      if (!to.state().isAlive()) {
        throw EngineException.conflict(
            "Cannot link to a non running container: /%s AS /%s/%s",
            to.name(), record.name(), link.alias());
      }
      if (!to.networks().containsKey(DEFAULT_NETWORK)) {
        throw EngineException.conflict(
            "Cannot link to /%s, as it does not belong to the default network", to.name());
      }
    }
  }

  private static String hostNames(Link link) {
    ContainerRecord to = link.to().record();
    String hostname = to.config().hostname() == null ? "" : " " + to.config().hostname();
    return link.alias() + hostname + (link.alias().equals(to.name()) ? "" : " " + to.name());
  }

  private static String address(ContainerRecord record) {
    EndpointSettings endpoint = record.networks().get(DEFAULT_NETWORK);
    return !record.state().isAlive() || endpoint == null || endpoint.ipAddress() == null
        ? ""
        : endpoint.ipAddress();
  }

  /** Variables that tell of the linked containers, for the process and its execs. */
  public List<String> environment(ContainerRecord record) {
    List<String> result = new ArrayList<>();
    if (record.networks().containsKey(DEFAULT_NETWORK)) {
      for (Link link : of(record)) {
        ContainerRecord to = link.to().record();
        result.addAll(
            LinkEnvironment.of(
                "/" + record.name() + "/" + link.alias(),
                address(to),
                to.config().env() == null ? List.of() : to.config().env(),
                to.config().exposedPorts() == null
                    ? List.of()
                    : List.copyOf(to.config().exposedPorts().keySet())));
      }
    }
    return result;
  }

  /** A container runs, maybe with another address: those that link to it are told. */
  void started(Container container, ContainerFiles files) {
    String address = address(container.record());
    if (address.isEmpty()) {
      return;
    }
    for (Container parent : table.values()) {
      if (parent.state().isAlive()) {
        for (Link link : of(parent.record())) {
          if (link.to() == container) {
            rewrite(parent, files, link.alias(), address);
          }
        }
      }
    }
  }

  /**
   * {@code DELETE /containers/parent/alias?link=1}: the link goes, both containers stay.
   *
   * @param path the link's name
   */
  void remove(String path, ContainerFiles files) {
    table.get(path);
    String name = path.startsWith("/") ? path.substring(1) : path;
    int slash = name.lastIndexOf('/');
    if (slash < 0) {
      throw EngineException.conflict(
          "Conflict, cannot remove the default link name of the container");
    }
    Container parent = table.get(name.substring(0, slash));
    String alias = name.substring(slash + 1);
    try (Container.Held held = parent.lock()) {
      ContainerRecord record = parent.record();
      List<String> kept = record.hostConfig().links();
      List<String> left =
          kept == null
              ? List.of()
              : kept.stream().filter(l -> !Named.parse(l).alias().equals(alias)).toList();
      HostConfig changed =
          HostConfigBuilder.builder(record.hostConfig())
              .links(left.isEmpty() ? null : left)
              .build();
      table.update(parent, ContainerRecordBuilder.builder(record).hostConfig(changed).build());
      if (parent.state().isAlive()) {
        rewrite(parent, files, alias, null);
      }
    }
  }

  /** In place: the file is mounted in the container, another one would not be seen there. */
  private static void rewrite(
      Container parent, ContainerFiles files, String alias, @Nullable String address) {
    Path hosts = files.hosts(parent.id());
    try {
      String before = Files.readString(hosts);
      String after = LinkedHosts.changed(before, alias, address);
      if (!after.equals(before)) {
        Files.writeString(hosts, after);
      }
    } catch (IOException e) {
      LOG.warn("{} does not learn the address of {}", parent.name(), alias, e);
    }
  }

  /** The container that a name {@code parent/alias} means, if there is such a link. */
  static @Nullable ContainerId target(ContainerRecord parent, String alias) {
    List<String> kept = parent.hostConfig().links();
    return kept == null
        ? null
        : kept.stream()
            .map(Named::parse)
            .filter(l -> l.alias().equals(alias))
            .map(l -> new ContainerId(l.name()))
            .findFirst()
            .orElse(null);
  }
}
