package dev.priok.host.runtime;

import dev.priok.host.logging.LogStream;

/** A piece of output; its bytes are not changed any more. */
final class Chunk {
  private final LogStream stream;
  private final byte[] bytes;

  Chunk(LogStream stream, byte[] bytes) {
    this.stream = stream;
    this.bytes = bytes;
  }

  LogStream stream() {
    return stream;
  }

  byte[] bytes() {
    return bytes;
  }
}
