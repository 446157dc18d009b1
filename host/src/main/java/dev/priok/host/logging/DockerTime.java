package dev.priok.host.logging;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as {@code docker logs --timestamps} prints them: UTC, always nine digits of fraction. */
final class DockerTime {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);

  private DockerTime() {}

  static byte[] format(long epochNanos) {
    Instant time =
        Instant.ofEpochSecond(
            Math.floorDiv(epochNanos, 1_000_000_000L), Math.floorMod(epochNanos, 1_000_000_000L));
    return FORMAT.format(time).getBytes(StandardCharsets.US_ASCII);
  }
}
