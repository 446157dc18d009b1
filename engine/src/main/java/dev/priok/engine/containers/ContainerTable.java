package dev.priok.engine.containers;

import dev.priok.host.store.Records;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.ContainerId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All containers, found by id, name or a prefix of the id; every change goes through here and is
 * durable before anyone sees it.
 */
public final class ContainerTable {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");

  private final Records<ContainerRecord> records;
  private final ConcurrentSkipListMap<String, Container> byId = new ConcurrentSkipListMap<>();
  private final Map<String, ContainerId> byName = new ConcurrentHashMap<>();

  public ContainerTable(Records<ContainerRecord> records) {
    this.records = records;
    for (ContainerRecord record : records.all().values()) {
      byId.put(record.id().value(), new Container(record));
      byName.put(record.name(), record.id());
    }
  }

  /** Newest first, as commands list them. */
  public List<Container> all() {
    return byId.values().stream()
        .sorted(Comparator.comparing((Container c) -> c.record().created()).reversed())
        .toList();
  }

  /** In no order that means anything. */
  public Collection<Container> values() {
    return byId.values();
  }

  public @Nullable Container byId(ContainerId id) {
    return byId.get(id.value());
  }

  /** By full id, name (a leading slash is allowed) or unique prefix of an id, in this order. */
  public @Nullable Container find(String nameOrId) {
    Container exact = byId.get(nameOrId);
    if (exact != null) {
      return exact;
    }
    String name = nameOrId.startsWith("/") ? nameOrId.substring(1) : nameOrId;
    ContainerId named = byName.get(name);
    if (named != null) {
      return byId.get(named.value());
    }
    if (nameOrId.isEmpty()) {
      return null;
    }
    int slash = name.lastIndexOf('/');
    if (slash > 0) {
      return linked(name.substring(0, slash), name.substring(slash + 1));
    }
    Container found = null;
    for (Container candidate : byId.tailMap(nameOrId, true).values()) {
      if (!candidate.id().value().startsWith(nameOrId)) {
        break;
      }
      if (found != null) {
        throw EngineException.invalid("multiple IDs found with provided prefix: %s", nameOrId);
      }
      found = candidate;
    }
    return found;
  }

  /** By a name that a link gave it; see {@link ContainerLinks}. */
  private @Nullable Container linked(String parentName, String alias) {
    ContainerId parentId = byName.get(parentName);
    Container parent = parentId == null ? null : byId.get(parentId.value());
    ContainerId target = parent == null ? null : ContainerLinks.target(parent.record(), alias);
    return target == null ? null : byId.get(target.value());
  }

  /** As {@link #find}, refusing what is not there with Docker's sentence. */
  public Container get(String nameOrId) {
    Container found = find(nameOrId);
    if (found == null) {
      throw EngineException.notFound("No such container: %s", nameOrId);
    }
    return found;
  }

  /**
   * Takes a name for a container that is being made; two callers cannot both have it. The caller
   * gives it back with {@link #releaseName} if the container does not come to be.
   */
  void reserveName(String name, ContainerId id) {
    if (!NAME.matcher(name).matches()) {
      throw EngineException.invalid(
          "Invalid container name (%s), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", name);
    }
    ContainerId owner = byName.putIfAbsent(name, id);
    if (owner != null && !owner.equals(id)) {
      throw EngineException.conflict(
          "Conflict. The container name \"/%s\" is already in use by container \"%s\". You have to"
              + " remove (or rename) that container to be able to reuse that name.",
          name, owner);
    }
  }

  /** A free name, taken for {@code id}. */
  String chooseName(ContainerId id) {
    for (int attempt = 0; ; attempt++) {
      String name = ContainerNames.random(attempt);
      if (byName.putIfAbsent(name, id) == null) {
        return name;
      }
    }
  }

  void releaseName(String name, ContainerId id) {
    byName.remove(name, id);
  }

  /** Makes a new container durable, then known. Its name is reserved already. */
  Container add(ContainerRecord record) {
    records.put(record.id().value(), record);
    Container container = new Container(record);
    byId.put(record.id().value(), container);
    return container;
  }

  /** Durable first, then visible. The caller holds the container's lock. */
  void update(Container container, ContainerRecord changed) {
    if (!container.isLockedByThisThread()) {
      throw new IllegalStateException("container " + container.id() + " changed without its lock");
    }
    records.put(changed.id().value(), changed);
    container.replaced(changed);
  }

  void update(Container container, RunState state) {
    update(container, container.record().with(state));
  }

  /** Moves it to another, reserved name. */
  void rename(Container container, String newName) {
    String old = container.name();
    update(container, ContainerRecordBuilder.builder(container.record()).name(newName).build());
    byName.remove(old, container.id());
  }

  /** Forgets it; {@code last} is what waiters are told about. */
  void remove(Container container, ContainerRecord last) {
    if (container.state().status() == RunState.Status.REMOVING) {
      records.removeSoon(last.id().value()); // a daemon that finds it removes it again
    } else {
      records.remove(last.id().value());
    }
    byId.remove(last.id().value());
    byName.remove(last.name(), last.id());
    container.removed(last);
  }
}
