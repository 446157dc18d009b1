package dev.priok.host.logging.drivers;

import java.nio.charset.StandardCharsets;

/**
 * Writes the few kinds of MessagePack values that Fluentd's forward protocol needs. (The usual
 * library, msgpack-core, reaches into sun.misc.Unsafe when it is loaded, of which Java 25 warns and
 * a later Java will have nothing left; the tests decode with it.)
 */
final class MessagePack {
  private final ByteText into;

  MessagePack(ByteText into) {
    this.into = into;
  }

  MessagePack array(int size) {
    return header(size, 0x90, 15, 0, 0xdc);
  }

  MessagePack map(int size) {
    return header(size, 0x80, 15, 0, 0xde);
  }

  MessagePack text(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return text(bytes, 0, bytes.length);
  }

  MessagePack text(byte[] bytes, int offset, int length) {
    header(length, 0xa0, 31, 0xd9, 0xda);
    into.add(bytes, offset, length);
    return this;
  }

  /** A whole number that is not negative. */
  MessagePack number(long value) {
    into.add(0xcf);
    return big(value, 8);
  }

  /** Fluentd's EventTime: extension type 0 with seconds and nanoseconds. */
  MessagePack eventTime(long seconds, int nanos) {
    into.add(0xd7).add(0);
    big(seconds, 4);
    return big(nanos, 4);
  }

  private MessagePack header(int size, int fixed, int fixedMost, int one, int two) {
    if (size <= fixedMost) {
      into.add(fixed | size);
    } else if (one != 0 && size < 0x100) {
      into.add(one).add(size);
    } else if (size < 0x10000) {
      into.add(two);
      return big(size, 2);
    } else {
      into.add(two + 1);
      return big(size, 4);
    }
    return this;
  }

  private MessagePack big(long value, int bytes) {
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
      into.add((int) (value >>> shift));
    }
    return this;
  }
}
