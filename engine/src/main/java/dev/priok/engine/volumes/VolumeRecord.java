package dev.priok.engine.volumes;

import java.util.Map;

/**
 * What is kept of a volume; its folder alone is no volume.
 *
 * @param anonymous made for one container without a name; {@code rm -v} and prune may take it
 * @param createdAt RFC 3339 time
 */
public record VolumeRecord(
    String name,
    String driver,
    Map<String, String> options,
    Map<String, String> labels,
    boolean anonymous,
    String createdAt) {
  public VolumeRecord {
    options = Map.copyOf(options);
    labels = Map.copyOf(labels);
  }
}
