package dev.priok.client.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A body in chunks (RFC 9112 section 7.1); an end without the last chunk is an error. */
final class ChunkedInput extends InputStream {
  private final InputStream source;
  private long remaining;
  private boolean first = true;
  private boolean ended;

  ChunkedInput(InputStream source) {
    this.source = source;
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
    if (remaining == 0 && !nextChunk()) {
      return -1;
    }
    int read = source.read(target, offset, (int) Math.min(length, remaining));
    if (read < 0) {
      throw new EOFException("the peer closed the connection within a chunk");
    }
    remaining -= read;
    return read;
  }

  @Override
  public int available() throws IOException {
    return (int) Math.min(remaining, source.available());
  }

  private boolean nextChunk() throws IOException {
    if (ended) {
      return false;
    }
    if (!first && !Head.line(source).isEmpty()) {
      throw new IOException("the peer sent a chunk longer than announced");
    }
    first = false;
    String size = Head.line(source);
    int extension = size.indexOf(';');
    try {
      remaining = Long.parseLong((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
    } catch (NumberFormatException e) {
      throw new IOException("the peer sent a malformed chunk size", e);
    }
    if (remaining < 0) {
      throw new IOException("the peer sent a negative chunk size");
    }
    if (remaining == 0) {
      ended = true;
      // Trailers carry nothing that the Engine API defines.
      String trailer = Head.line(source);
      while (!trailer.isEmpty()) {
        trailer = Head.line(source);
      }
      return false;
    }
    return true;
  }
}
