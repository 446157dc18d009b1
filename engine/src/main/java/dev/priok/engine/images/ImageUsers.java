package dev.priok.engine.images;

import dev.priok.model.id.ContainerId;
import dev.priok.model.id.Digest;
import java.util.List;

/** Who uses images: the containers, as far as images have to know them. */
@FunctionalInterface
public interface ImageUsers {
  /** The containers that were created from the image, from their records; running ones first. */
  List<User> usersOf(Digest image);

  /** A container, and whether a process of it runs (paused and restarting ones count). */
  record User(ContainerId id, boolean running) {}
}
