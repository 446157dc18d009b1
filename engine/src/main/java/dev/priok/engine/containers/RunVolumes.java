package dev.priok.engine.containers;

import dev.priok.engine.containers.spec.SpecMount;
import dev.priok.engine.volumes.ContainerVolumes;
import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.id.ContainerId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What is mounted into containers, from the containers' side: what create, start, end, removal and
 * those who look into a container need.
 */
final class RunVolumes {
  private final ContainerVolumes volumes;
  private final ImageMounts images;

  RunVolumes(ContainerVolumes volumes, ImageMounts images) {
    this.volumes = volumes;
    this.images = images;
  }

  /** Mounts that can be used, until they are closed; what a run holds it keeps beyond that. */
  interface Ready extends AutoCloseable {
    List<ResolvedMount> mounts();

    /** The same as the record keeps them: with the places that are known now. */
    List<ResolvedMount> recorded();

    default List<SpecMount> spec() {
      return mounts().stream().map(MountViews::spec).toList();
    }

    @Override
    void close();
  }

  ImageMounts.Wanted resolve(ContainerConfig config, HostConfig host, ContainerTable table) {
    return images.resolve(
        volumes.resolve(config, host, other -> table.get(other).record().mounts()));
  }

  /** Makes what belongs to the container alone; {@link #removing} undoes it. */
  void create(ContainerRecord record) throws IOException {
    images.create(record.mounts());
  }

  /**
   * Makes the mounts ready for a run; volumes and images among them are in use until {@link
   * #release}. To be closed when the runtime has made the container's mounts.
   */
  Ready run(ContainerRecord record, Path rootfs) throws IOException {
    ContainerId id = record.id();
    List<ResolvedMount> mounts = images.mount(volumes.acquire(id.value(), record.mounts()));
    volumes.populate(mounts, rootfs);
    List<ResolvedMount> held = volumes.hold(mounts);
    return new Ready() {
      @Override
      public List<ResolvedMount> mounts() {
        return held;
      }

      @Override
      public List<ResolvedMount> recorded() {
        return mounts;
      }

      @Override
      public void close() {
        volumes.drop(held);
      }
    };
  }

  /** For somebody who looks into the container, be it running or not. */
  Ready look(ContainerRecord record, String user) throws IOException {
    List<ResolvedMount> taken = volumes.acquire(user, record.mounts());
    try {
      List<ResolvedMount> held = volumes.hold(images.mount(taken));
      return new Ready() {
        @Override
        public List<ResolvedMount> mounts() {
          return held;
        }

        @Override
        public List<ResolvedMount> recorded() {
          return taken;
        }

        @Override
        public void close() {
          volumes.drop(held);
          images.unmount(taken);
          volumes.release(user, taken);
        }
      };
    } catch (IOException | RuntimeException e) {
      images.unmount(taken);
      volumes.release(user, taken);
      throw e;
    }
  }

  /** After a restart of the daemon, before anything is released: the run may still be there. */
  void claim(ContainerRecord record) {
    volumes.claim(record.id().value(), record.mounts());
  }

  /** After a restart of the daemon, for a container that runs. */
  void readopt(ContainerRecord record) throws IOException {
    images.mount(record.mounts());
  }

  /** After all claims: what a killed daemon left mounted and nobody uses goes. */
  void tidy() throws IOException {
    volumes.tidy();
  }

  void release(ContainerRecord record) {
    images.unmount(record.mounts());
    volumes.release(record.id().value(), record.mounts());
  }

  /** Before the record goes. */
  void removing(ContainerRecord record) throws IOException {
    images.remove(record.mounts());
  }

  /** The record is about to go. */
  void containerGoes(ContainerRecord record, boolean anonymousToo) {
    if (!anonymousToo) {
      volumes.leave(record.mounts());
    }
  }

  /** The record is gone. */
  void containerRemoved(ContainerRecord record, boolean anonymousToo) {
    images.released(record.mounts());
    if (anonymousToo) {
      volumes.removeAnonymous(record.mounts());
    }
  }

  /** No record came to be: what was made for it alone goes. */
  void creationFailed(ContainerRecord record) throws IOException {
    images.remove(record.mounts());
    volumes.removeAnonymous(record.mounts());
  }
}
