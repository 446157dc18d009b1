package dev.priok.http.routes;

import dev.priok.http.routing.ApiVersion;
import dev.priok.model.api.container.Mount;
import dev.priok.model.api.container.MountBindOptions;
import dev.priok.model.api.container.MountBindOptionsBuilder;
import dev.priok.model.api.container.MountBuilder;
import dev.priok.model.api.container.MountVolumeOptions;
import dev.priok.model.error.EngineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mounts of a create request, by API version. */
final class MountCompatibility {
  private MountCompatibility() {}

  static @Nullable List<Mount> adapt(@Nullable List<Mount> mounts, ApiVersion version) {
    return mounts == null ? null : mounts.stream().map(m -> adapt(m, version)).toList();
  }

  private static Mount adapt(Mount mount, ApiVersion version) {
    String type = mount.type() == null ? "" : mount.type();
    refuseNewer(mount, type, version);
    if (version.atLeast(42)) {
      refuseMixed(mount, type);
    }
    if (version.atLeast(44)) {
      return mount;
    }
    var builder = MountBuilder.builder(mount);
    if (version.before(42)) {
      // Not checked before 1.42, so not refused, and without effect.
      builder.volumeOptions(type.equals("volume") ? mount.volumeOptions() : null);
      builder.tmpfsOptions(type.equals("tmpfs") ? mount.tmpfsOptions() : null);
    }
    MountBindOptions bind = mount.bindOptions();
    if (type.equals("bind")) {
      var options =
          bind == null ? MountBindOptionsBuilder.builder() : MountBindOptionsBuilder.builder(bind);
      if (version.before(40)) {
        options.nonRecursive(null);
      }
      if (version.before(42)) {
        options.createMountpoint(null);
      }
      // Read-only mounts were not recursive before 1.44.
      if (Boolean.TRUE.equals(mount.readOnly())) {
        options.readOnlyNonRecursive(true);
      }
      builder.bindOptions(options.build());
    }
    return builder.build();
  }

  private static void refuseNewer(Mount mount, String type, ApiVersion version) {
    MountBindOptions bind = mount.bindOptions();
    if (version.before(44)
        && type.equals("bind")
        && bind != null
        && Boolean.TRUE.equals(bind.readOnlyForceRecursive())) {
      throw EngineException.invalid("BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer");
    }
    MountVolumeOptions volume = mount.volumeOptions();
    String subpath = volume == null ? null : volume.subpath();
    if (version.before(45) && subpath != null && !subpath.isEmpty()) {
      throw EngineException.invalid("VolumeOptions.Subpath needs API v1.45 or newer");
    }
    if (version.before(48) && type.equals("image")) {
      throw EngineException.invalid("Mount type \"Image\" needs API v1.48 or newer");
    }
  }

  private static void refuseMixed(Mount mount, String type) {
    if (mount.volumeOptions() != null && !type.equals("volume")) {
      throw mixed("VolumeOptions", type);
    }
    if (mount.bindOptions() != null && !type.equals("bind")) {
      throw mixed("BindOptions", type);
    }
    if (mount.tmpfsOptions() != null && !type.equals("tmpfs")) {
      throw mixed("TmpfsOptions", type);
    }
  }

  private static EngineException mixed(String options, String type) {
    return EngineException.invalid("%s must not be specified on mount type \"%s\"", options, type);
  }
}
