package dev.priok.engine.containers;

import dev.priok.engine.containers.spec.SpecMount;
import dev.priok.engine.volumes.ContainerVolumes;
import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.id.ContainerId;
import java.nio.file.Path;
import java.util.List;

/**
 * The volumes of containers, from the containers' side: what create, start, end and removal need.
 */
final class RunVolumes {
  private final ContainerVolumes volumes;

  RunVolumes(ContainerVolumes volumes) {
    this.volumes = volumes;
  }

  List<ResolvedMount> resolve(ContainerConfig config, HostConfig host, ContainerTable table) {
    return volumes.resolve(config, host, other -> table.get(other).record().mounts());
  }

  /** Makes the mounts ready for a run; the volumes among them are in use until {@link #release}. */
  List<SpecMount> mounts(ContainerRecord record, Path rootfs) {
    ContainerId id = record.id();
    volumes.acquire(id.value(), record.mounts());
    volumes.populate(id.value(), record.mounts(), rootfs);
    return record.mounts().stream().map(MountViews::spec).toList();
  }

  /** After a restart of the daemon, for a container that runs. */
  void readopt(ContainerRecord record) {
    volumes.acquire(record.id().value(), record.mounts());
  }

  void release(ContainerRecord record) {
    volumes.release(record.id().value(), record.mounts());
  }

  /** The record is about to go. */
  void containerGoes(ContainerRecord record, boolean anonymousToo) {
    if (!anonymousToo) {
      volumes.leave(record.mounts());
    }
  }

  /** The record is gone. */
  void containerRemoved(ContainerRecord record, boolean anonymousToo) {
    if (anonymousToo) {
      volumes.removeAnonymous(record.mounts());
    }
  }

  /** No record came to be: what was made for it alone goes. */
  void creationFailed(ContainerRecord record) {
    volumes.removeAnonymous(record.mounts());
  }
}
