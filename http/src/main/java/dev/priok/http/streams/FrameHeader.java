package dev.priok.http.streams;

import dev.priok.engine.streams.StdStream;

/**
 * The header before each piece of multiplexed output: the stream, three zeros, the length as a
 * big-endian 32-bit number (Engine API, ContainerAttach, "Stream format").
 */
final class FrameHeader {
  private FrameHeader() {}

  static byte[] of(StdStream stream, int length) {
    return new byte[] {
      (byte) stream.code(),
      0,
      0,
      0,
      (byte) (length >>> 24),
      (byte) (length >>> 16),
      (byte) (length >>> 8),
      (byte) length
    };
  }
}
