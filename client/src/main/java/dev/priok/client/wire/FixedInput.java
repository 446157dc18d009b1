package dev.priok.client.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A body of a length known before; an early end is an error. */
final class FixedInput extends InputStream {
  private final InputStream source;
  private long remaining;

  FixedInput(InputStream source, long length) {
    this.source = source;
    this.remaining = length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (remaining == 0) {
      return -1;
    }
    int read = source.read(target, offset, (int) Math.min(length, remaining));
    if (read < 0) {
      throw new EOFException("the peer closed the connection within its answer");
    }
    remaining -= read;
    return read;
  }
}
