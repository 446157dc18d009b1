package dev.priok.engine.streams;

/** How output is put on the wire. */
public enum Framing {
  /** The bytes as they come: a container with a TTY. */
  RAW,
  /** An eight-byte header (stream, 0, 0, 0, length as big-endian 32 bits) before each piece. */
  MULTIPLEXED
}
