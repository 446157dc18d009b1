package dev.priok.host.logging.drivers;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A container for tests of drivers. */
public final class Contexts {
  static final String ID = "0123456789abcdef".repeat(4);

  private Contexts() {}

  public static LogContext of(Path folder, Map<String, String> options) {
    return of(folder, options, Map.of("team", "blue", "tier", "1", "other", "y"));
  }

  static LogContext of(Path folder, Map<String, String> options, Map<String, String> labels) {
    return new LogContext(
        options,
        ID,
        "web",
        List.of("sh", "-c", "true"),
        "sha256:" + "ab".repeat(32),
        "busybox:latest",
        Instant.parse("2026-01-02T03:04:05.5Z"),
        List.of("COLOR=red", "SECRET=x", "EMPTY="),
        labels,
        folder,
        "docker",
        "host1",
        0);
  }
}
