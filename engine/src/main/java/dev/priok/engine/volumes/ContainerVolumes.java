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
import dev.priok.model.api.container.MountImageOptions;
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
import org.jspecify.annotations.Nullable;
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

  private final VolumeService volumes;
  private final SafeSources parts;

  /**
   * Opens the room.
   *
   * @param runtimeFolder for what lives no longer than the host's run, under the exec root
   */
  public ContainerVolumes(VolumeService volumes, Path runtimeFolder) {
    this.volumes = volumes;
    this.parts = new SafeSources(runtimeFolder);
  }

  /** Once the runs of before are claimed: takes away what a killed daemon left mounted. */
  public void tidy() throws IOException {
    parts.sweep();
    volumes.unmountUnused();
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
    ResolvedMountBuilder result =
        ResolvedMountBuilder.builder()
            .destination(target)
            .readOnly(readOnly)
            .mode(mode)
            .listed(true);
    return switch (MountSpecs.text(mount.type())) {
      case "volume" -> volume(mount, result, mode, readOnly, made);
      case "tmpfs" ->
          result
              .type(ResolvedMount.Type.TMPFS)
              .options(TmpfsOptions.of(mount.tmpfsOptions(), readOnly))
              .build();
      case "image" -> image(mount, result);
      default -> bind(mount, result, readOnly, create);
    };
  }

  private static ResolvedMount bind(
      Mount mount, ResolvedMountBuilder result, boolean readOnly, boolean create) {
    MountBindOptions options = mount.bindOptions();
    String asked = options == null ? "" : MountSpecs.text(options.propagation());
    String propagation = asked.isEmpty() ? "rprivate" : asked;
    boolean recursive = options == null || !Boolean.TRUE.equals(options.nonRecursive());
    boolean createSource =
        create || (options != null && Boolean.TRUE.equals(options.createMountpoint()));
    return result
        .type(ResolvedMount.Type.BIND)
        .source(CleanPath.absolute(MountSpecs.text(mount.source())))
        .propagation(propagation)
        .options(List.of(recursive ? "rbind" : "bind", access(options, readOnly), propagation))
        .createSource(createSource)
        .build();
  }

  /**
   * {@code ro-top} says that mounts below stay writable, {@code rro} that they must not; {@code ro}
   * leaves it to the kernel's abilities.
   */
  private static String access(@Nullable MountBindOptions options, boolean readOnly) {
    if (!readOnly) {
      return "rw";
    }
    if (options != null && Boolean.TRUE.equals(options.readOnlyForceRecursive())) {
      return "rro";
    }
    return options != null && Boolean.TRUE.equals(options.readOnlyNonRecursive()) ? "ro-top" : "ro";
  }

  /** The layer that shows it is made by whoever makes the container. */
  private static ResolvedMount image(Mount mount, ResolvedMountBuilder result) {
    MountImageOptions options = mount.imageOptions();
    return result
        .type(ResolvedMount.Type.IMAGE)
        .readOnly(true)
        .imageName(MountSpecs.text(mount.source()))
        .subpath(options == null ? "" : MountSpecs.text(options.subpath()))
        .propagation("rprivate")
        .options(List.of("rbind", "ro", "rprivate"))
        .build();
  }

  private ResolvedMount volume(
      Mount mount, ResolvedMountBuilder result, String mode, boolean readOnly, List<String> made) {
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
    return of(volume, result, readOnly)
        .mode(mode.isEmpty() ? "z" : mode)
        .subpath(options == null ? "" : MountSpecs.text(options.subpath()))
        .copyUp(copy)
        .anonymous(name.isEmpty())
        .build();
  }

  private ResolvedMountBuilder of(
      VolumeRecord volume, ResolvedMountBuilder result, boolean readOnly) {
    return result
        .type(ResolvedMount.Type.VOLUME)
        .source(volumes.mountpoint(volume))
        .options(List.of("rbind", readOnly ? "ro" : "rw", "rprivate"))
        .volume(volume.name())
        .driver(volume.driver());
  }

  private void declared(
      String declared,
      @Nullable String driver,
      Map<String, ResolvedMount> mounts,
      List<String> made) {
    String target = CleanPath.absolute(declared);
    if (target.equals("/")) {
      throw EngineException.invalid("invalid specification: destination can't be '/'");
    }
    if (!mounts.containsKey(target)) {
      VolumeRecord volume = volumes.create(null, driver, Map.of(), Map.of(), true);
      made.add(volume.name());
      mounts.put(
          target,
          of(volume, ResolvedMountBuilder.builder().destination(target).listed(true), false)
              .copyUp(true)
              .anonymous(true)
              .build());
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
    return ResolvedMountBuilder.builder()
        .type(ResolvedMount.Type.TMPFS)
        .destination(tmpfsTarget(target))
        .readOnly(merged.contains("ro"))
        .options(merged)
        .build();
  }

  /**
   * Copies what the image has at the mounts into volumes that are empty.
   *
   * @param mounts as {@link #acquire} gave them
   * @param rootfs the container's mounted layer
   */
  public void populate(List<ResolvedMount> mounts, Path rootfs) {
    for (ResolvedMount mount : mounts) {
      if (mount.type() == ResolvedMount.Type.VOLUME && mount.copyUp()) {
        try {
          DiskWork.run(() -> copyUp(mount, rootfs));
        } catch (IOException e) {
          throw EngineException.internal(
              "failed to populate volume: %s: %s".formatted(mount.volume(), e.getMessage()), e);
        }
      }
    }
  }

  private static void copyUp(ResolvedMount mount, Path rootfs) throws IOException {
    int flags = OpenFlags.PATH | OpenFlags.DIRECTORY;
    try (Fd root = At.open(rootfs, flags);
        Fd source = At.openInRoot(root, mount.destination(), flags, 0);
        Fd target = mount.open(flags)) {
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

  /**
   * Makes all sources ready for a user; harmless to repeat.
   *
   * @param user a container's id for its run
   * @return the same mounts, each with the place where its source is now
   */
  public List<ResolvedMount> acquire(String user, List<ResolvedMount> mounts) {
    List<ResolvedMount> taken = new ArrayList<>();
    try {
      for (ResolvedMount mount : mounts) {
        switch (mount.type()) {
          case VOLUME -> taken.add(mount.at(volumes.acquire(mount.volume(), user).toString()));
          case BIND -> {
            bindSource(mount);
            taken.add(mount);
          }
          case TMPFS, IMAGE -> taken.add(mount);
        }
      }
      return taken;
    } catch (RuntimeException e) {
      release(user, taken);
      throw e;
    }
  }

  /** A run that the daemon before this one began, and that may have ended meanwhile. */
  public void claim(String user, List<ResolvedMount> mounts) {
    for (ResolvedMount mount : mounts) {
      if (mount.type() == ResolvedMount.Type.VOLUME) {
        volumes.claim(mount.volume(), user);
      }
    }
  }

  /** Parts of volumes and images get a place that nobody can exchange, until {@link #drop}. */
  public List<ResolvedMount> hold(List<ResolvedMount> mounts) {
    List<ResolvedMount> held = new ArrayList<>();
    try {
      for (ResolvedMount mount : mounts) {
        held.add(mount.subpath().isEmpty() && !alone(mount) ? mount : parts.hold(mount));
      }
      return held;
    } catch (RuntimeException e) {
      drop(held);
      throw e;
    }
  }

  /**
   * A bind without what is mounted below it. crun 1.8 brings that along in spite of "bind", so the
   * runtime gets a place where nothing is mounted below. Not where mounts are to travel: ours is
   * private.
   */
  private static boolean alone(ResolvedMount mount) {
    return mount.type() == ResolvedMount.Type.BIND
        && !mount.options().contains("rbind")
        && mount.propagation().endsWith("private");
  }

  public void drop(List<ResolvedMount> held) {
    parts.drop(held);
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

  private static <T> List<T> list(@Nullable List<T> values) {
    return values == null ? List.of() : values;
  }
}
