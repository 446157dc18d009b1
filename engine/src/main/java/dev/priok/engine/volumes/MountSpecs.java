package dev.priok.engine.volumes;

import dev.priok.model.api.container.Mount;
import dev.priok.model.api.container.MountBindOptions;
import dev.priok.model.api.container.MountBindOptionsBuilder;
import dev.priok.model.api.container.MountBuilder;
import dev.priok.model.api.container.MountImageOptions;
import dev.priok.model.api.container.MountVolumeOptions;
import dev.priok.model.api.container.MountVolumeOptionsBuilder;
import dev.priok.model.api.container.MountVolumeOptionsDriverConfigBuilder;
import dev.priok.model.error.EngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads and checks what users ask to mount; the sentences are Docker's. */
final class MountSpecs {
  private MountSpecs() {}

  /** A bind as {@code -v} writes it, with the mode that stood behind it. */
  record Raw(Mount mount, String mode) {}

  /** {@code /in/container}, {@code source:/in/container} or {@code source:/in/container:mode}. */
  static Raw parse(String raw, @Nullable String volumeDriver) {
    String[] parts = raw.split(":", 4);
    if (parts[0].isEmpty() || parts.length > 3) {
      throw invalidSpec(raw);
    }
    String source = parts.length == 1 ? "" : parts[0];
    String target = parts.length == 1 ? parts[0] : parts[1];
    String mode = parts.length == 3 ? parts[2] : "";
    if (parts.length == 2 && MountMode.isValid(parts[1])) {
      throw invalidSpec(raw); // /foo:rw has no source
    }
    if (!MountMode.isValid(mode)) {
      throw EngineException.invalid("invalid mode: %s", mode);
    }
    boolean bind = source.startsWith("/");
    String propagation = MountMode.propagation(mode);
    MountBindOptions bindOptions =
        propagation.isEmpty()
            ? null
            : MountBindOptionsBuilder.builder().propagation(propagation).build();
    Mount mount =
        MountBuilder.builder()
            .type(bind ? "bind" : "volume")
            .source(source)
            .target(target)
            .readOnly(MountMode.has(mode, "ro"))
            .bindOptions(bindOptions)
            .volumeOptions(bind ? null : volumeOptions(mode, volumeDriver))
            .build();
    if (bind && MountMode.has(mode, "nocopy")) {
      throw EngineException.invalid(
          "%s: invalid mount config for type \"bind\": field VolumeOptions must not be specified",
          invalidSpec(raw).getMessage());
    }
    try {
      validate(mount, false);
    } catch (EngineException e) {
      throw EngineException.invalid("%s: %s", invalidSpec(raw).getMessage(), e.getMessage());
    }
    return new Raw(mount, mode);
  }

  private static @Nullable MountVolumeOptions volumeOptions(
      String mode, @Nullable String volumeDriver) {
    boolean noCopy = MountMode.has(mode, "nocopy");
    boolean driver = volumeDriver != null && !volumeDriver.isEmpty();
    if (!noCopy && !driver) {
      return null;
    }
    return MountVolumeOptionsBuilder.builder()
        .noCopy(noCopy)
        .driverConfig(
            driver
                ? MountVolumeOptionsDriverConfigBuilder.builder().name(volumeDriver).build()
                : null)
        .build();
  }

  private static EngineException invalidSpec(String raw) {
    return EngineException.invalid("invalid volume specification: '%s'", raw);
  }

  /** Refuses what makes no sense; {@code sourceMustExist} for {@code --mount}. */
  static void validate(Mount mount, boolean sourceMustExist) {
    String type = text(mount.type());
    exclusive(type, "bind", mount.bindOptions(), "BindOptions");
    exclusive(type, "volume", mount.volumeOptions(), "VolumeOptions");
    exclusive(type, "image", mount.imageOptions(), "ImageOptions");
    exclusive(type, "tmpfs", mount.tmpfsOptions(), "TmpfsOptions");
    String target = text(mount.target());
    if (target.isEmpty()) {
      throw bad(type, "field Target must not be empty");
    }
    if (!target.startsWith("/")) {
      throw bad(type, "invalid mount path: '" + target + "' mount path must be absolute");
    }
    if (CleanPath.absolute(target).equals("/")) {
      throw bad(type, "invalid specification: destination can't be '/'");
    }
    switch (type) {
      case "bind" -> bind(mount, sourceMustExist);
      case "volume" -> volume(mount);
      case "tmpfs" -> {
        if (!text(mount.source()).isEmpty()) {
          throw bad(type, "field Source must not be specified");
        }
      }
      case "image" -> {
        if (text(mount.source()).isEmpty()) {
          throw bad(type, "field Source must not be empty");
        }
        MountImageOptions options = mount.imageOptions();
        subpath(type, options == null ? "" : text(options.subpath()));
      }
      default -> throw bad(type, "mount type unknown");
    }
  }

  private static void bind(Mount mount, boolean sourceMustExist) {
    String source = text(mount.source());
    if (source.isEmpty()) {
      throw bad("bind", "field Source must not be empty");
    }
    if (!source.startsWith("/")) {
      throw bad("bind", "invalid mount path: '" + source + "' mount path must be absolute");
    }
    MountBindOptions options = mount.bindOptions();
    boolean create = false;
    if (options != null) {
      String propagation = text(options.propagation());
      if (!propagation.isEmpty() && !MountMode.PROPAGATIONS.contains(propagation)) {
        throw bad("bind", "invalid propagation mode: " + propagation);
      }
      create = Boolean.TRUE.equals(options.createMountpoint());
      readOnlyOptions(options, Boolean.TRUE.equals(mount.readOnly()));
    }
    if (sourceMustExist && !create && !Files.exists(Path.of(source))) {
      throw missingSource(source);
    }
  }

  private static void readOnlyOptions(MountBindOptions options, boolean readOnly) {
    boolean non = Boolean.TRUE.equals(options.readOnlyNonRecursive());
    boolean force = Boolean.TRUE.equals(options.readOnlyForceRecursive());
    if (!readOnly && non) {
      throw EngineException.invalid(
          "mount options conflict: !ReadOnly && BindOptions.ReadOnlyNonRecursive");
    }
    if (!readOnly && force) {
      throw EngineException.invalid(
          "mount options conflict: !ReadOnly && BindOptions.ReadOnlyForceRecursive");
    }
    if (non && force) {
      throw EngineException.invalid(
          "mount options conflict: ReadOnlyNonRecursive && BindOptions.ReadOnlyForceRecursive");
    }
  }

  private static void volume(Mount mount) {
    MountVolumeOptions options = mount.volumeOptions();
    String subpath = options == null ? "" : text(options.subpath());
    if (!subpath.isEmpty() && text(mount.source()).isEmpty()) {
      throw bad("volume", "must not set Subpath when using anonymous volumes");
    }
    subpath("volume", subpath);
  }

  /** Relative, and not leaving by its own letters; where links lead is seen at the start. */
  private static void subpath(String type, String subpath) {
    int depth = 0;
    for (String part : subpath.split("/", -1)) {
      depth += part.equals("..") ? -1 : part.isEmpty() || part.equals(".") ? 0 : 1;
      if (depth < 0) {
        break;
      }
    }
    if (subpath.startsWith("/") || depth < 0) {
      throw bad(type, "subpath must be a relative path within the volume");
    }
  }

  static EngineException missingSource(String source) {
    return bad("bind", "bind source path does not exist: " + source);
  }

  private static void exclusive(String type, String owner, @Nullable Object options, String field) {
    if (options != null && !type.equals(owner)) {
      throw bad(type, "field " + field + " must not be specified");
    }
  }

  private static EngineException bad(String type, String why) {
    return EngineException.invalid("invalid mount config for type \"%s\": %s", type, why);
  }

  static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
