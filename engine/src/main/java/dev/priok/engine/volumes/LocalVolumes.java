package dev.priok.engine.volumes;

import dev.priok.engine.Filters;
import dev.priok.engine.events.Events;
import dev.priok.host.archive.DiskWork;
import dev.priok.host.archive.IdMap;
import dev.priok.host.archive.RemoveTree;
import dev.priok.host.archive.TreeSize;
import dev.priok.host.store.Records;
import dev.priok.model.api.volume.Volume;
import dev.priok.model.api.volume.VolumeBuilder;
import dev.priok.model.api.volume.VolumeCreateOptions;
import dev.priok.model.api.volume.VolumeListResponse;
import dev.priok.model.api.volume.VolumePruneResponse;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volumes of the {@code local} driver: a folder and a record each.
 *
 * <p>Creating makes the folder first and the record last, removing takes the record first and the
 * folder last: a record never lies, and folders without one are removed by {@link #sweep}.
 */
public final class LocalVolumes implements Volumes {
  /** The label by which clients tell anonymous volumes. */
  public static final String ANONYMOUS_LABEL = "com.docker.volume.anonymous";

  private static final Logger LOG = LoggerFactory.getLogger(LocalVolumes.class);
  private static final String DRIVER = "local";
  private static final String DATA = "_data";

  private final Path root;
  private final IdMap ids;
  private final Records<VolumeRecord> records;
  private final VolumeUsers users;
  private final Events events;
  private final Clock clock;
  private final LocalMounts mounts = new LocalMounts();
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicBoolean pruning = new AtomicBoolean();

  /**
   * Opens the room.
   *
   * @param root the data root's {@code volumes} folder; made if need be
   */
  public LocalVolumes(
      Path root, Records<VolumeRecord> records, VolumeUsers users, Events events, Clock clock)
      throws IOException {
    this(root, records, users, events, clock, IdMap.NONE);
  }

  /**
   * Opens the room for containers in a user namespace.
   *
   * @param ids whose root owns new volumes
   */
  public LocalVolumes(
      Path root,
      Records<VolumeRecord> records,
      VolumeUsers users,
      Events events,
      Clock clock,
      IdMap ids)
      throws IOException {
    this.root = root;
    this.ids = ids;
    this.records = records;
    this.users = users;
    this.events = events;
    this.clock = clock;
    Files.createDirectories(root);
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx-----x"));
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
    return new VolumeListResponse(volumes, List.of());
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
            options.labels() == null ? Map.of() : options.labels()));
  }

  /** Makes a volume, or finds the one of that name; without a name it is anonymous. */
  VolumeRecord create(
      @Nullable String wanted,
      @Nullable String wantedDriver,
      Map<String, String> options,
      Map<String, String> labels) {
    String given = wanted == null ? "" : wanted;
    boolean anonymous = given.isEmpty();
    String name = anonymous ? randomName() : given;
    String driver = wantedDriver == null || wantedDriver.isEmpty() ? DRIVER : wantedDriver;
    VolumeRules.driver(driver);
    VolumeRules.name(name);
    VolumeRules.options(name, options);
    lock.lock();
    try {
      Optional<VolumeRecord> there = records.get(name);
      if (there.isPresent()) {
        if (!options.isEmpty() && !options.equals(there.get().options())) {
          throw EngineException.conflict(
              "volume %s exists already with other driver options", name);
        }
        return there.get();
      }
      Map<String, String> allLabels = new TreeMap<>(labels);
      if (anonymous) {
        allLabels.put(ANONYMOUS_LABEL, "");
      }
      String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
      VolumeRecord volume = new VolumeRecord(name, driver, options, allLabels, anonymous, now);
      makeFolder(name);
      records.put(name, volume);
      events.publish(Events.Type.VOLUME, "create", name, Map.of("driver", driver));
      return volume;
    } finally {
      lock.unlock();
    }
  }

  private static String randomName() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private void makeFolder(String name) {
    Path folder = root.resolve(name);
    try {
      // what lies here has no record: a half-made or half-removed volume
      mounts.unmount(folder.resolve(DATA));
      RemoveTree.at(folder);
      Files.createDirectory(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx-----x"));
      Files.createDirectory(folder.resolve(DATA));
      Files.setPosixFilePermissions(
          folder.resolve(DATA), PosixFilePermissions.fromString("rwxr-xr-x"));
      if (!ids.isNone()) {
        Files.setAttribute(folder.resolve(DATA), "unix:uid", (int) ids.rootUser());
        Files.setAttribute(folder.resolve(DATA), "unix:gid", (int) ids.rootGroup());
      }
    } catch (IOException e) {
      throw EngineException.internal(
          "error while creating volume root path '%s': %s".formatted(folder, e.getMessage()), e);
    }
  }

  @Override
  public Volume inspect(String name) {
    return wire(existing(name));
  }

  VolumeRecord existing(String name) {
    return records
        .get(name)
        .orElseThrow(() -> EngineException.notFound("get %s: no such volume", name));
  }

  @Override
  public void remove(String name, boolean force) {
    lock.lock();
    try {
      if (force && records.get(name).isEmpty()) {
        return;
      }
      VolumeRecord volume = existing(name);
      List<String> containers = users.containersUsing(name);
      if (!containers.isEmpty()) {
        throw EngineException.conflict(
            "remove %s: volume is in use - [%s]", name, String.join(", ", containers));
      }
      // the mount goes first: nobody may find the device's files removed with the folder
      mounts.unmount(data(name));
      records.remove(name);
      removeFolder(name);
      events.publish(Events.Type.VOLUME, "destroy", name, Map.of("driver", volume.driver()));
    } finally {
      lock.unlock();
    }
  }

  private void removeFolder(String name) {
    try {
      DiskWork.run(() -> RemoveTree.at(root.resolve(name)));
    } catch (IOException e) {
      throw EngineException.internal(
          "error removing volume path '%s': %s".formatted(root.resolve(name), e.getMessage()), e);
    }
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
        if (!mayGo || !volume.options().isEmpty() || !filters.labels(volume.labels())) {
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
  public long sizeOf(String name) {
    try {
      return TreeSize.of(data(name));
    } catch (IOException e) {
      LOG.warn("size of volume {}: {}", name, e.getMessage());
      return -1;
    }
  }

  /** Removes folders without a record, left by a crash. Called once at the daemon's start. */
  public void sweep() throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
      for (Path folder : folders) {
        if (records.get(String.valueOf(folder.getFileName())).isEmpty()
            && Files.isDirectory(folder.resolve(DATA))) {
          mounts.unmount(folder.resolve(DATA));
          DiskWork.run(() -> RemoveTree.at(folder));
        }
      }
    }
  }

  /** Where a volume's files are. */
  Path data(String name) {
    return root.resolve(name).resolve(DATA);
  }

  /** Makes a volume usable for a container's run; harmless to repeat. */
  public Path acquire(String name, String container) {
    VolumeRecord volume = existing(name);
    mounts.acquire(volume, data(name), container);
    return data(name);
  }

  /** The container does not run any more. */
  public void release(String name, String container) {
    records.get(name).ifPresent(volume -> mounts.release(volume, data(name), container));
  }

  private Volume wire(VolumeRecord volume) {
    return VolumeBuilder.builder()
        .name(volume.name())
        .driver(volume.driver())
        .mountpoint(data(volume.name()).toString())
        .createdAt(volume.createdAt())
        .labels(volume.labels().isEmpty() ? null : volume.labels())
        .options(volume.options().isEmpty() ? null : volume.options())
        .scope("local")
        .build();
  }
}
