package dev.priok.engine.volumes;

import dev.priok.engine.Filters;
import dev.priok.engine.events.Events;
import dev.priok.host.archive.IdMap;
import dev.priok.host.archive.TreeSize;
import dev.priok.host.plugin.FindPlugin;
import dev.priok.host.plugin.PluginException;
import dev.priok.host.plugin.VolumePlugin;
import dev.priok.host.store.Records;
import dev.priok.model.api.volume.Volume;
import dev.priok.model.api.volume.VolumeBuilder;
import dev.priok.model.api.volume.VolumeCreateOptions;
import dev.priok.model.api.volume.VolumeListResponse;
import dev.priok.model.api.volume.VolumePruneResponse;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volumes' room: a record each, and a driver that keeps the files.
 *
 * <p>Creating asks the driver first and writes the record last. A volume of this host is removed
 * the other way round: a record never lies, and folders without one are removed by {@link #sweep}.
 * One of a plugin is forgotten only when the plugin has let it go.
 */
public final class VolumeService implements Volumes {
  /** The label by which clients tell anonymous volumes. */
  public static final String ANONYMOUS_LABEL = "com.docker.volume.anonymous";

  private static final Logger LOG = LoggerFactory.getLogger(VolumeService.class);

  private final VolumeDrivers drivers;
  private final Records<VolumeRecord> records;
  private final VolumeUsers users;
  private final Events events;
  private final Clock clock;
  private final NameLocks locks = new NameLocks();
  private final Map<String, Integer> uses = new ConcurrentHashMap<>();
  private final AtomicBoolean pruning = new AtomicBoolean();

  /**
   * Opens the room.
   *
   * @param root the data root's {@code volumes} folder; made if need be
   * @param plugins where drivers that are not {@code local} are found
   */
  public VolumeService(
      Path root,
      Records<VolumeRecord> records,
      VolumeUsers users,
      Events events,
      Clock clock,
      FindPlugin plugins)
      throws IOException {
    this(root, records, users, events, clock, plugins, IdMap.NONE);
  }

  /**
   * Opens the room for containers in a user namespace.
   *
   * @param ids whose root owns new volumes
   */
  public VolumeService(
      Path root,
      Records<VolumeRecord> records,
      VolumeUsers users,
      Events events,
      Clock clock,
      FindPlugin plugins,
      IdMap ids)
      throws IOException {
    this.drivers = new VolumeDrivers(new LocalDriver(root, ids), plugins);
    this.records = records;
    this.users = users;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public VolumeListResponse list(Filters filters) {
    filters.allowing(Set.of("dangling", "name", "driver", "label"));
    Boolean dangling = filters.flag("dangling");
    List<Volume> volumes = new ArrayList<>();
    for (VolumeRecord volume : records.all().values()) {
      if (matches(volume, filters)
          && (dangling == null || dangling == users.containersUsing(volume.name()).isEmpty())) {
        volumes.add(wire(volume));
      }
    }
    List<String> warnings = new ArrayList<>();
    if (!Boolean.FALSE.equals(dangling)) {
      for (VolumeRecord told : ofPlugins(warnings)) {
        if (matches(told, filters)) {
          volumes.add(wire(told));
        }
      }
    }
    return new VolumeListResponse(volumes, warnings);
  }

  /** Volumes that only plugins know of. */
  private List<VolumeRecord> ofPlugins(List<String> warnings) {
    List<VolumeRecord> result = new ArrayList<>();
    for (PluginDriver driver : drivers.plugins(warnings)) {
      try {
        for (VolumePlugin.Told told : driver.plugin().list()) {
          if (records.get(told.name()).isEmpty()) {
            result.add(record(driver, told));
          }
        }
      } catch (PluginException e) {
        warnings.add("list of volume plugin " + driver.name() + ": " + e.getMessage());
      }
    }
    return result;
  }

  private static VolumeRecord record(PluginDriver driver, VolumePlugin.Told told) {
    return new VolumeRecord(
        told.name(), driver.name(), Map.of(), Map.of(), false, false, told.createdAt());
  }

  /** One that only a plugin knows of. */
  private Optional<VolumeRecord> fromPlugins(String name) {
    for (PluginDriver driver : drivers.plugins(new ArrayList<>())) {
      try {
        Optional<VolumePlugin.Told> told = driver.plugin().get(name);
        if (told.isPresent()) {
          return Optional.of(record(driver, told.get()));
        }
      } catch (PluginException e) {
        LOG.warn("volume plugin {} cannot be asked: {}", driver.name(), e.getMessage());
      }
    }
    return Optional.empty();
  }

  private static boolean matches(VolumeRecord volume, Filters filters) {
    boolean named =
        !filters.has("name")
            || filters.values("name").stream().anyMatch(part -> volume.name().contains(part));
    return named && filters.exact("driver", volume.driver()) && filters.labels(volume.labels());
  }

  @Override
  public Volume create(VolumeCreateOptions options) {
    return wire(
        create(
            options.name(),
            options.driver(),
            options.driverOpts() == null ? Map.of() : options.driverOpts(),
            options.labels() == null ? Map.of() : options.labels(),
            false));
  }

  /**
   * Makes a volume, or finds the one of that name; without a name it is anonymous.
   *
   * @param forContainer an anonymous one is bound to the container that is about to be recorded
   */
  VolumeRecord create(
      @Nullable String wanted,
      @Nullable String wantedDriver,
      Map<String, String> options,
      Map<String, String> labels,
      boolean forContainer) {
    String given = wanted == null ? "" : wanted;
    boolean anonymous = given.isEmpty();
    String name = anonymous ? randomName() : given;
    String chosen = wantedDriver == null || wantedDriver.isEmpty() ? null : wantedDriver;
    try (NameLocks.Held held = locks.take(name)) {
      Optional<VolumeRecord> there = records.get(name);
      if (there.isPresent()) {
        return existing(there.get(), chosen, options);
      }
      if (chosen == null && !anonymous) {
        Optional<VolumeRecord> told = fromPlugins(name);
        if (told.isPresent()) {
          records.put(name, told.get());
          return told.get();
        }
      }
      VolumeDriver driver = driver(name, chosen == null ? LocalDriver.NAME : chosen);
      driver.create(name, options);
      Map<String, String> allLabels = new TreeMap<>(labels);
      if (anonymous) {
        allLabels.put(ANONYMOUS_LABEL, "");
      }
      String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
      boolean bound = anonymous && forContainer;
      VolumeRecord volume =
          new VolumeRecord(name, driver.name(), options, allLabels, anonymous, bound, now);
      records.put(name, volume);
      events.publish(Events.Type.VOLUME, "create", name, Map.of("driver", driver.name()));
      return volume;
    }
  }

  private VolumeDriver driver(String volume, String name) {
    try {
      return drivers.named(name);
    } catch (EngineException e) {
      throw new EngineException(e.kind(), "create " + volume + ": " + e.getMessage(), e);
    }
  }

  private static VolumeRecord existing(
      VolumeRecord volume, @Nullable String driver, Map<String, String> options) {
    if (driver != null && !driver.equals(volume.driver())) {
      throw EngineException.conflict(
          "create %s: driver '%s' already has volume '%s': volume name must be unique",
          volume.name(), volume.driver(), volume.name());
    }
    if (!options.isEmpty() && !options.equals(volume.options())) {
      throw EngineException.conflict(
          "volume %s exists already with other driver options", volume.name());
    }
    return volume;
  }

  static String randomName() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public Volume inspect(String name) {
    return wire(existing(name));
  }

  VolumeRecord existing(String name) {
    return records
        .get(name)
        .or(() -> fromPlugins(name))
        .orElseThrow(() -> EngineException.notFound("get %s: no such volume", name));
  }

  @Override
  public void remove(String name, boolean force) {
    try (NameLocks.Held held = locks.take(name)) {
      if (force && records.get(name).isEmpty()) {
        return;
      }
      VolumeRecord volume = existing(name);
      List<String> containers = users.containersUsing(name);
      if (!containers.isEmpty()) {
        throw EngineException.conflict(
            "remove %s: volume is in use - [%s]", name, String.join(", ", containers));
      }
      if (volume.driver().equals(LocalDriver.NAME)) {
        records.remove(name);
        drivers.local().remove(volume);
      } else {
        removeAtPlugin(volume, force);
      }
      uses.remove(name);
      events.publish(Events.Type.VOLUME, "destroy", name, Map.of("driver", volume.driver()));
    }
  }

  /**
   * The plugin's refusal is told; with force the volume is forgotten in spite of it, as in Docker.
   */
  private void removeAtPlugin(VolumeRecord volume, boolean force) {
    try {
      drivers.named(volume.driver()).remove(volume);
    } catch (EngineException e) {
      if (!force) {
        throw e;
      }
      LOG.warn("volume {} is forgotten, its driver says: {}", volume.name(), e.getMessage());
    }
    records.remove(volume.name());
  }

  @Override
  public VolumePruneResponse prune(Filters filters, boolean namedToo) {
    filters.allowing(Set.of("label", "label!", "all"));
    if (!pruning.compareAndSet(false, true)) {
      throw EngineException.conflict("a prune operation is already running");
    }
    try {
      boolean named = namedToo || Boolean.TRUE.equals(filters.flag("all"));
      List<String> deleted = new ArrayList<>();
      long reclaimed = 0;
      for (VolumeRecord volume : records.all().values()) {
        boolean mayGo = named || volume.labels().containsKey(ANONYMOUS_LABEL);
        // What has options or a plugin may lie elsewhere: Docker leaves it alone as well.
        if (!mayGo
            || !volume.driver().equals(LocalDriver.NAME)
            || !volume.options().isEmpty()
            || !filters.labels(volume.labels())) {
          continue;
        }
        try {
          if (users.containersUsing(volume.name()).isEmpty()) {
            long size = sizeOf(volume.name());
            remove(volume.name(), false);
            deleted.add(volume.name());
            reclaimed += Math.max(0, size);
          }
        } catch (EngineException e) {
          LOG.warn("volume {} was not pruned: {}", volume.name(), e.getMessage());
        }
      }
      events.publish(
          Events.Type.VOLUME, "prune", "", Map.of("reclaimed", Long.toString(reclaimed)));
      return new VolumePruneResponse(deleted, reclaimed);
    } finally {
      pruning.set(false);
    }
  }

  /** Bytes in a volume; -1 where they cannot be counted. */
  private long sizeOf(String name) {
    try {
      return count(name).bytes();
    } catch (IOException e) {
      LOG.warn("size of volume {}: {}", name, e.getMessage());
      return -1;
    }
  }

  /** Counts the files of a volume of this host. */
  TreeSize.Counted count(String name) throws IOException {
    return drivers.local().count(name);
  }

  /** How often somebody began or ended to use it, since the daemon's start. */
  int uses(String name) {
    return uses.getOrDefault(name, 0);
  }

  /** Those whose files are this host's own: not what a plugin keeps or options mount over them. */
  List<Volume> plain() {
    return records.all().values().stream()
        .filter(v -> v.driver().equals(LocalDriver.NAME) && v.options().isEmpty())
        .map(this::wire)
        .toList();
  }

  /** How many containers have it. */
  int references(String name) {
    return users.containersUsing(name).size();
  }

  /** A container goes that leaves the volume behind; before the container's record is removed. */
  void free(String name) {
    try (NameLocks.Held held = locks.take(name)) {
      records.get(name).filter(VolumeRecord::bound).ifPresent(v -> records.put(name, v.free()));
    }
  }

  /**
   * Removes what a crash left: folders without a record, and volumes of containers whose creation
   * or removal it cut short. Called once at the daemon's start, when containers are known.
   */
  public void sweep() throws IOException {
    for (VolumeRecord volume : List.copyOf(records.all().values())) {
      if (volume.bound() && users.containersUsing(volume.name()).isEmpty()) {
        sweep(volume);
      }
    }
    drivers.local().sweep(name -> records.get(name).isPresent());
  }

  /**
   * One that cannot be removed, of a plugin that is not there for one, is tried again next time.
   */
  private void sweep(VolumeRecord volume) {
    try {
      remove(volume.name(), false);
    } catch (EngineException e) {
      LOG.warn("volume {} of a container that is not there stays", volume.name(), e);
    }
  }

  /** Where a volume's files are, or nothing where only its plugin knows. */
  String mountpoint(VolumeRecord volume) {
    return drivers.ifThere(volume).map(driver -> driver.mountpoint(volume)).orElse("");
  }

  /** Makes a volume usable for a user; harmless to repeat. */
  Path acquire(String name, String user) {
    uses.merge(name, 1, Integer::sum);
    VolumeRecord volume = existing(name);
    return drivers.of(volume).mount(volume, user);
  }

  /** A user that the daemon before this one served, and that may have gone meanwhile. */
  void claim(String name, String user) {
    records
        .get(name)
        .filter(volume -> volume.driver().equals(LocalDriver.NAME))
        .ifPresent(volume -> drivers.local().claim(volume, user));
  }

  /** The user needs it no more. */
  void release(String name, String user) {
    uses.merge(name, 1, Integer::sum);
    records
        .get(name)
        .ifPresent(volume -> drivers.ifThere(volume).ifPresent(d -> d.unmount(volume, user)));
  }

  /** Once all users of before are claimed: takes mounts away that a dead daemon left. */
  void unmountUnused() {
    for (VolumeRecord volume : records.all().values()) {
      if (volume.driver().equals(LocalDriver.NAME)) {
        drivers.local().unmountUnused(volume);
      }
    }
  }

  private Volume wire(VolumeRecord volume) {
    Optional<VolumeDriver> driver = drivers.ifThere(volume);
    Map<String, Object> status = driver.map(d -> d.status(volume)).orElse(Map.of());
    return VolumeBuilder.builder()
        .name(volume.name())
        .driver(volume.driver())
        .mountpoint(driver.map(d -> d.mountpoint(volume)).orElse(""))
        .createdAt(volume.createdAt().isEmpty() ? null : volume.createdAt())
        .status(status.isEmpty() ? null : status)
        .labels(volume.labels().isEmpty() ? null : volume.labels())
        .options(volume.options().isEmpty() ? null : volume.options())
        .scope(driver.map(VolumeDriver::scope).orElse("local"))
        .build();
  }
}
