package dev.priok.engine.containers;

import dev.priok.engine.containers.spec.SpecMount;
import dev.priok.engine.volumes.ContainerVolumes;
import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.id.ContainerId;
import java.nio.file.Path;
import java.util.List;

/** TEMP. */
final class RunVolumes {
  RunVolumes(ContainerVolumes volumes) {}

  List<ResolvedMount> resolve(
      ContainerId id, ContainerConfig config, HostConfig host, ContainerTable table) {
    return List.of();
  }

  List<SpecMount> mounts(ContainerRecord record, Path rootfs) {
    return List.of();
  }

  void release(ContainerRecord record) {}

  void readopt(ContainerRecord record) {}

  void containerRemoved(ContainerRecord record, boolean anonymous) {}

  void creationFailed(ContainerRecord record) {}
}
