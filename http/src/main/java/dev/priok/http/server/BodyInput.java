package dev.priok.http.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A request's body, of a known length or chunked (RFC 9112 sections 6 and 7). */
final class BodyInput extends InputStream {
  /** Of so many bytes more will come at once: an archive, and no form or JSON. */
  private static final long LONG = 1 << 20;

  private static final int LONGEST_LINE = 4096;
  private static final int LONGEST_TRAILERS = 16 * 1024;

  /** Tells a client that waits with {@code Expect: 100-continue} to go on. */
  interface GoOn {
    void send() throws IOException;
  }

  private final Inbound in;
  private final boolean chunked;
  private final GoOn goOn;
  private long left;
  private boolean finished;
  private boolean told;
  private long taken;

  BodyInput(Inbound in, RequestHead head, GoOn goOn) {
    this.in = in;
    this.chunked = head.chunked();
    this.goOn = goOn;
    this.left = chunked ? 0 : head.contentLength();
    this.finished = head.contentLength() == 0;
  }

  /** True where the whole body was read, so that the next request can follow. */
  boolean finished() {
    return finished;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (finished) {
      return -1;
    }
    if (length == 0) {
      return 0;
    }
    if (!told) {
      told = true;
      goOn.send();
    }
    if (chunked && left == 0 && !nextChunk()) {
      return -1;
    }
    int count = in.read(bytes, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw new EOFException("unexpected EOF in the request's body");
    }
    left -= count;
    if (taken < LONG && taken + count >= LONG) {
      in.inBatches(true);
    }
    taken += count;
    if (left == 0) {
      if (chunked) {
        end();
      } else {
        finish();
      }
    }
    return count;
  }

  private void end() throws IOException {
    if (in.read() != '\r' || in.read() != '\n') {
      throw MalformedRequestException.bad("malformed chunked encoding");
    }
  }

  private boolean nextChunk() throws IOException {
    String line = line();
    int semicolon = line.indexOf(';');
    String size = (semicolon < 0 ? line : line.substring(0, semicolon)).stripTrailing();
    if (size.isEmpty() || size.length() > 15) {
      throw MalformedRequestException.bad("malformed chunked encoding");
    }
    long value = 0;
    for (int i = 0; i < size.length(); i++) {
      char c = size.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw MalformedRequestException.bad("malformed chunked encoding");
      }
      value = value << 4 | digit;
    }
    left = value;
    if (value > 0) {
      return true;
    }
    int taken = 0;
    for (String trailer = line(); !trailer.isEmpty(); trailer = line()) {
      taken += trailer.length();
      if (taken > LONGEST_TRAILERS) {
        throw new MalformedRequestException(431, "trailer fields too large");
      }
    }
    finish();
    return false;
  }

  private void finish() {
    finished = true;
    in.inBatches(false);
  }

  private String line() throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("unexpected EOF in the request's body");
      }
      if (b == '\r') {
        if (in.read() != '\n') {
          throw MalformedRequestException.bad("malformed chunked encoding");
        }
        return text.toString();
      }
      if (b == '\n' || text.length() >= LONGEST_LINE) {
        throw MalformedRequestException.bad("malformed chunked encoding");
      }
      text.append((char) b);
    }
  }
}
