package dev.priok.engine.containers;

import dev.priok.engine.images.ImageHold;
import dev.priok.engine.images.ImageStore;
import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.model.id.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images as mounts ({@code --mount type=image}): each has a layer of its own on top of the image's,
 * which lives as long as the container and is written by nobody.
 */
final class ImageMounts {
  private static final Logger LOG = LoggerFactory.getLogger(ImageMounts.class);

  private final ImageStore images;
  private final StorageDriver storage;

  ImageMounts(ImageStore images, StorageDriver storage) {
    this.images = images;
    this.storage = storage;
  }

  /** What is needed until the container's record is durable. */
  record Wanted(List<ResolvedMount> mounts, List<ImageHold> holds) implements AutoCloseable {
    @Override
    public void close() {
      holds.forEach(ImageHold::close);
    }
  }

  /** Finds the images and names the layers; nothing is made. */
  Wanted resolve(List<ResolvedMount> mounts) {
    List<ResolvedMount> result = new ArrayList<>();
    List<ImageHold> holds = new ArrayList<>();
    try {
      for (ResolvedMount mount : mounts) {
        if (mount.type() == ResolvedMount.Type.IMAGE) {
          ImageHold hold = images.hold(mount.image().isEmpty() ? mount.imageName() : mount.image());
          holds.add(hold);
          result.add(mount.on(hold.image().id().value(), LayerId.random().value()));
        } else {
          result.add(mount);
        }
      }
      return new Wanted(result, holds);
    } catch (RuntimeException e) {
      holds.forEach(ImageHold::close);
      throw e;
    }
  }

  /** Makes the layers. */
  void create(List<ResolvedMount> mounts) throws IOException {
    for (ResolvedMount mount : of(mounts)) {
      storage.createWritable(
          layer(mount),
          images.resolve(mount.image()).topLayer(),
          StorageDriver.WritableOptions.DEFAULT);
    }
  }

  /** The same mounts, those of images with the place where they can be seen now. */
  List<ResolvedMount> mount(List<ResolvedMount> mounts) throws IOException {
    List<ResolvedMount> result = new ArrayList<>();
    for (ResolvedMount mount : mounts) {
      result.add(
          mount.type() == ResolvedMount.Type.IMAGE
              ? mount.at(storage.mount(layer(mount)).toString())
              : mount);
    }
    return result;
  }

  void unmount(List<ResolvedMount> mounts) {
    for (ResolvedMount mount : of(mounts)) {
      try {
        storage.unmount(layer(mount));
      } catch (IOException e) {
        LOG.warn("unmounting the image {} failed", mount.imageName(), e);
      }
    }
  }

  void remove(List<ResolvedMount> mounts) throws IOException {
    for (ResolvedMount mount : of(mounts)) {
      storage.remove(layer(mount));
    }
  }

  /** The record is gone: images that were kept for it alone may go. */
  void released(List<ResolvedMount> mounts) {
    of(mounts).forEach(mount -> images.containerRemoved(new Digest(mount.image())));
  }

  static LayerId layer(ResolvedMount mount) {
    return new LayerId(mount.layer());
  }

  static List<ResolvedMount> of(List<ResolvedMount> mounts) {
    return mounts.stream().filter(m -> m.type() == ResolvedMount.Type.IMAGE).toList();
  }
}
