package dev.priok.engine.volumes;

import java.util.Map;

/**
 * What is kept of a volume; its folder alone is no volume.
 *
 * @param anonymous made without a name; {@code rm -v} and prune may take it
 * @param bound made for one container and never left behind by it: with that container's record the
 *     volume goes, also where the daemon dies before the container's record is written, or between
 *     removing that and the volume
 * @param createdAt RFC 3339 time
 */
public record VolumeRecord(
    String name,
    String driver,
    Map<String, String> options,
    Map<String, String> labels,
    boolean anonymous,
    boolean bound,
    String createdAt) {
  public VolumeRecord {
    options = Map.copyOf(options);
    labels = Map.copyOf(labels);
  }

  /** The volume stays when its container goes. */
  VolumeRecord free() {
    return new VolumeRecord(name, driver, options, labels, anonymous, false, createdAt);
  }
}
