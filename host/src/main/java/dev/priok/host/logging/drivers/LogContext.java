package dev.priok.host.logging.drivers;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What drivers know of a container.
 *
 * @param options of its driver, checked
 * @param id 64 hexadecimal digits
 * @param name without a slash
 * @param command program and arguments
 * @param imageId with the algorithm, {@code sha256:...}
 * @param imageName as the user named it
 * @param environment {@code NAME=value}
 * @param folder the container's own, for drivers that write files
 * @param daemonName for {@code {{.DaemonName}}}
 * @param hostName of this machine
 * @param largestFile bytes at which a file is rotated where its own limit is larger or missing; 0
 *     for none
 */
@RecordBuilder
public record LogContext(
    Map<String, String> options,
    String id,
    String name,
    List<String> command,
    String imageId,
    String imageName,
    Instant created,
    List<String> environment,
    Map<String, String> labels,
    Path folder,
    String daemonName,
    String hostName,
    long largestFile) {

  /** First twelve digits. */
  String shortId() {
    return id.substring(0, Math.min(12, id.length()));
  }

  String option(String key, String otherwise) {
    String value = options.get(key);
    return value == null || value.isEmpty() ? otherwise : value;
  }
}
