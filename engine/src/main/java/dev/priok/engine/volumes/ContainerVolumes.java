package dev.priok.engine.volumes;

import dev.priok.host.archive.CopyTree;
import dev.priok.host.archive.DiskWork;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.Mount;
import dev.priok.model.api.container.MountBindOptions;
import dev.priok.model.api.container.MountVolumeOptions;
import dev.priok.model.api.container.MountVolumeOptionsDriverConfig;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mounts of containers: decided at create, filled once, taken at start, left at stop.
 *
 * <p>As with Docker, mounts of other containers ({@code VolumesFrom}) give way to the container's
 * own, and volumes that the image declares give way to both.
 */
public final class ContainerVolumes {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerVolumes.class);

  private final LocalVolumes volumes;

  public ContainerVolumes(LocalVolumes volumes) {
    this.volumes = volumes;
  }

  /**
   * Decides all mounts and makes the volumes that are missing. Where it refuses, no anonymous
   * volume stays behind.
   *
   * @param config the container's configuration with the image's merged in
   * @param mountsOf mounts of another container; refuses an unknown one
   */
  public List<ResolvedMount> resolve(
      ContainerConfig config, HostConfig host, Function<String, List<ResolvedMount>> mountsOf) {
    Map<String, ResolvedMount> mounts = new LinkedHashMap<>();
    List<String> made = new ArrayList<>();
    try {
      for (String from : list(host.volumesFrom())) {
        inherit(from, mountsOf, mounts);
      }
      Set<String> own = new HashSet<>();
      Map<String, String> tmpfs = host.tmpfs() == null ? Map.of() : host.tmpfs();
      tmpfs.keySet().forEach(target -> own.add(tmpfsTarget(target)));
      for (String bind : list(host.binds())) {
        MountSpecs.Raw raw = MountSpecs.parse(bind, host.volumeDriver());
        add(one(raw.mount(), raw.mode(), true, made), own, mounts);
      }
      for (Mount mount : list(host.mounts())) {
        MountSpecs.validate(mount, true);
        add(one(mount, "", false, made), own, mounts);
      }
      tmpfs.forEach((target, options) -> mounts.put(tmpfsTarget(target), tmpfs(target, options)));
      if (config.volumes() != null) {
        for (String declared : config.volumes().keySet()) {
          declared(declared, host.volumeDriver(), mounts, made);
        }
      }
      return mounts.values().stream()
          .sorted(Comparator.comparingInt(m -> CleanPath.depth(m.destination())))
          .toList();
    } catch (RuntimeException e) {
      made.forEach(this::removeQuietly);
      throw e;
    }
  }

  private static void add(ResolvedMount mount, Set<String> own, Map<String, ResolvedMount> mounts) {
    if (!own.add(mount.destination())) {
      throw EngineException.invalid("Duplicate mount point: %s", mount.destination());
    }
    mounts.put(mount.destination(), mount);
  }

  private static void inherit(
      String from,
      Function<String, List<ResolvedMount>> mountsOf,
      Map<String, ResolvedMount> mounts) {
    if (from.isEmpty()) {
      throw EngineException.invalid("volumes-from specification cannot be an empty string");
    }
    int colon = from.indexOf(':');
    String container = colon < 0 ? from : from.substring(0, colon);
    String mode = colon < 0 ? "" : from.substring(colon + 1);
    boolean forbidden = !MountMode.propagation(mode).isEmpty() || MountMode.has(mode, "nocopy");
    if (!MountMode.isValid(mode) || forbidden) {
      throw EngineException.invalid("invalid mode: %s", mode);
    }
    for (ResolvedMount mount : mountsOf.apply(container)) {
      if (mount.listed()) {
        mounts.put(mount.destination(), mount.inherited(MountMode.has(mode, "ro")));
      }
    }
  }

  private ResolvedMount one(Mount mount, String mode, boolean create, List<String> made) {
    String target = CleanPath.absolute(MountSpecs.text(mount.target()));
    boolean readOnly = Boolean.TRUE.equals(mount.readOnly());
    return switch (MountSpecs.text(mount.type())) {
      case "volume" -> volume(mount, target, mode, readOnly, made);
      case "tmpfs" ->
          new ResolvedMount(
              ResolvedMount.Type.TMPFS,
              "",
              target,
              readOnly,
              "",
              TmpfsOptions.of(mount.tmpfsOptions(), readOnly),
              "",
              mode,
              false,
              false,
              false,
              true);
      default -> bind(mount, target, mode, readOnly, create);
    };
  }

  private static ResolvedMount bind(
      Mount mount, String target, String mode, boolean readOnly, boolean create) {
    MountBindOptions options = mount.bindOptions();
    String asked = options == null ? "" : MountSpecs.text(options.propagation());
    String propagation = asked.isEmpty() ? "rprivate" : asked;
    boolean recursive = options == null || !Boolean.TRUE.equals(options.nonRecursive());
    boolean force = options != null && Boolean.TRUE.equals(options.readOnlyForceRecursive());
    boolean createSource =
        create || (options != null && Boolean.TRUE.equals(options.createMountpoint()));
    String access = !readOnly ? "rw" : force ? "rro" : "ro";
    return new ResolvedMount(
        ResolvedMount.Type.BIND,
        CleanPath.absolute(MountSpecs.text(mount.source())),
        target,
        readOnly,
        propagation,
        List.of(recursive ? "rbind" : "bind", access, propagation),
        "",
        mode,
        false,
        createSource,
        false,
        true);
  }

  private ResolvedMount volume(
      Mount mount, String target, String mode, boolean readOnly, List<String> made) {
    MountVolumeOptions options = mount.volumeOptions();
    MountVolumeOptionsDriverConfig driver = options == null ? null : options.driverConfig();
    Map<String, String> driverOptions =
        driver == null || driver.options() == null ? Map.of() : driver.options();
    Map<String, String> labels =
        options == null || options.labels() == null ? Map.of() : options.labels();
    String name = MountSpecs.text(mount.source());
    VolumeRecord volume =
        volumes.create(name, driver == null ? null : driver.name(), driverOptions, labels, true);
    if (name.isEmpty()) {
      made.add(volume.name());
    }
    boolean copy = options == null || !Boolean.TRUE.equals(options.noCopy());
    return volumeMount(volume, target, mode.isEmpty() ? "z" : mode, readOnly, copy, name.isEmpty());
  }

  private ResolvedMount volumeMount(
      VolumeRecord volume,
      String target,
      String mode,
      boolean readOnly,
      boolean copy,
      boolean anonymous) {
    return new ResolvedMount(
        ResolvedMount.Type.VOLUME,
        volumes.data(volume.name()).toString(),
        target,
        readOnly,
        "",
        List.of("rbind", readOnly ? "ro" : "rw", "rprivate"),
        volume.name(),
        mode,
        copy,
        false,
        anonymous,
        true);
  }

  private void declared(
      String declared,
      @org.jspecify.annotations.Nullable String driver,
      Map<String, ResolvedMount> mounts,
      List<String> made) {
    String target = CleanPath.absolute(declared);
    if (target.equals("/")) {
      throw EngineException.invalid("invalid specification: destination can't be '/'");
    }
    if (!mounts.containsKey(target)) {
      VolumeRecord volume = volumes.create(null, driver, Map.of(), Map.of(), true);
      made.add(volume.name());
      mounts.put(target, volumeMount(volume, target, "", false, true, true));
    }
  }

  private static String tmpfsTarget(String target) {
    if (!target.startsWith("/")) {
      throw EngineException.invalid("invalid mount path: '%s' mount path must be absolute", target);
    }
    String clean = CleanPath.absolute(target);
    if (clean.equals("/")) {
      throw EngineException.invalid("invalid specification: destination can't be '/'");
    }
    return clean;
  }

  private static ResolvedMount tmpfs(String target, String options) {
    List<String> merged = TmpfsOptions.merged(options);
    return new ResolvedMount(
        ResolvedMount.Type.TMPFS,
        "",
        tmpfsTarget(target),
        merged.contains("ro"),
        "",
        merged,
        "",
        "",
        false,
        false,
        false,
        false);
  }

  /**
   * Copies what the image has at the mounts into volumes that are empty.
   *
   * @param rootfs the container's mounted layer
   */
  public void populate(String container, List<ResolvedMount> mounts, Path rootfs) {
    for (ResolvedMount mount : mounts) {
      if (mount.type() == ResolvedMount.Type.VOLUME && mount.copyUp()) {
        Path data = volumes.acquire(mount.volume(), container);
        try {
          DiskWork.run(() -> copyUp(mount, rootfs, data));
        } catch (IOException e) {
          throw EngineException.internal(
              "failed to populate volume: %s: %s".formatted(mount.volume(), e.getMessage()), e);
        } finally {
          volumes.release(mount.volume(), container);
        }
      }
    }
  }

  private static void copyUp(ResolvedMount mount, Path rootfs, Path data) throws IOException {
    int flags = OpenFlags.PATH | OpenFlags.DIRECTORY;
    try (Fd root = At.open(rootfs, flags);
        Fd source = At.openInRoot(root, mount.destination(), flags, 0);
        Fd target = At.open(data, flags)) {
      if (At.list(target).isEmpty()) {
        CopyTree.into(source, target);
      }
    } catch (LinuxException e) {
      // the image has nothing there, or no directory: Docker leaves the volume empty too
      if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR)) {
        throw e;
      }
    }
  }

  /** Makes all sources ready for a run of the container; harmless to repeat. */
  public void acquire(String container, List<ResolvedMount> mounts) {
    List<ResolvedMount> taken = new ArrayList<>();
    try {
      for (ResolvedMount mount : mounts) {
        if (mount.type() == ResolvedMount.Type.VOLUME) {
          volumes.acquire(mount.volume(), container);
          taken.add(mount);
        } else if (mount.type() == ResolvedMount.Type.BIND) {
          bindSource(mount);
        }
      }
    } catch (RuntimeException e) {
      release(container, taken);
      throw e;
    }
  }

  private static void bindSource(ResolvedMount mount) {
    Path source = Path.of(mount.source());
    if (Files.exists(source)) {
      return;
    }
    if (!mount.createSource()) {
      throw MountSpecs.missingSource(mount.source());
    }
    try {
      Files.createDirectories(source);
    } catch (IOException e) {
      throw EngineException.internal(
          "error while creating mount source path '%s': %s"
              .formatted(mount.source(), e.getMessage()),
          e);
    }
  }

  /** The container does not run any more: mounts of volumes go with their last user. */
  public void release(String container, List<ResolvedMount> mounts) {
    for (ResolvedMount mount : mounts) {
      if (mount.type() == ResolvedMount.Type.VOLUME) {
        volumes.release(mount.volume(), container);
      }
    }
  }

  /** The container is about to go and leaves its volumes behind ({@code rm} without {@code -v}). */
  public void leave(List<ResolvedMount> mounts) {
    for (ResolvedMount mount : mounts) {
      if (mount.type() == ResolvedMount.Type.VOLUME) {
        volumes.free(mount.volume());
      }
    }
  }

  /**
   * Removes the anonymous volumes of a container whose record is gone already ({@code rm -v});
   * those that another container uses stay.
   */
  public void removeAnonymous(List<ResolvedMount> mounts) {
    for (ResolvedMount mount : mounts) {
      if (mount.anonymous()) {
        removeQuietly(mount.volume());
      }
    }
  }

  private void removeQuietly(String volume) {
    try {
      volumes.remove(volume, true);
    } catch (EngineException e) {
      LOG.info("anonymous volume {} stays: {}", volume, e.getMessage());
    }
  }

  private static <T> List<T> list(@org.jspecify.annotations.Nullable List<T> values) {
    return values == null ? List.of() : values;
  }
}
