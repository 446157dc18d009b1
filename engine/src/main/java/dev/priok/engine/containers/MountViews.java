package dev.priok.engine.containers;

import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.model.api.container.MountPoint;
import dev.priok.model.api.container.MountPointBuilder;

/** TEMP. */
final class MountViews {
  private MountViews() {}

  static MountPoint mountPoint(ResolvedMount mount) {
    return MountPointBuilder.builder().destination(mount.destination()).build();
  }
}
