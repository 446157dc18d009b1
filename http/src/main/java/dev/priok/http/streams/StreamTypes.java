package dev.priok.http.streams;

import dev.priok.engine.streams.Framing;
import dev.priok.http.routing.ApiVersion;

/** Content types of streams. */
final class StreamTypes {
  static final String RAW = "application/vnd.docker.raw-stream";
  private static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";

  private StreamTypes() {}

  /** Before API 1.42 framed output was called raw too. */
  static String of(Framing framing, ApiVersion version) {
    return framing == Framing.MULTIPLEXED && version.atLeast(42) ? MULTIPLEXED : RAW;
  }
}
