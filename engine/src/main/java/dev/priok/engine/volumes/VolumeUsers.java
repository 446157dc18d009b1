package dev.priok.engine.volumes;

import java.util.List;

/** Who uses volumes; the room of containers answers. */
@FunctionalInterface
public interface VolumeUsers {
  /** Full ids of the containers, running or not, that have the volume among their mounts. */
  List<String> containersUsing(String volume);
}
