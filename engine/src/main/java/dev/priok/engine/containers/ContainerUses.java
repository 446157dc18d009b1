package dev.priok.engine.containers;

import dev.priok.engine.images.ImageUsers;
import dev.priok.engine.volumes.VolumeUsers;
import dev.priok.model.id.Digest;
import java.util.Comparator;
import java.util.List;

/** What containers keep others from removing: images and volumes. */
public final class ContainerUses implements ImageUsers, VolumeUsers {
  private final ContainerTable table;

  public ContainerUses(ContainerTable table) {
    this.table = table;
  }

  @Override
  public List<User> usersOf(Digest image) {
    return table.values().stream()
        .map(Container::record)
        .filter(r -> r.image().equals(image) || mounts(r, image))
        .map(r ->
            new User(
                r.id(), r.state().isAlive() || r.state().status() == RunState.Status.RESTARTING))
        .sorted(Comparator.comparing(User::running).reversed())
        .toList();
  }

  private static boolean mounts(ContainerRecord record, Digest image) {
    return record.mounts().stream().anyMatch(m -> m.image().equals(image.value()));
  }

  @Override
  public List<String> containersUsing(String volume) {
    return table.values().stream()
        .map(Container::record)
        .filter(r -> r.mounts().stream().anyMatch(m -> m.volume().equals(volume)))
        .map(r -> r.id().value())
        .toList();
  }
}
