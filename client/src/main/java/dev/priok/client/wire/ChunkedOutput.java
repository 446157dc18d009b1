package dev.priok.client.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Sends a body in chunks, each with its size in one write; {@code finish} sends the last one. */
final class ChunkedOutput {
  private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream target;

  ChunkedOutput(OutputStream target) {
    this.target = target;
  }

  void chunk(byte[] content, int length) throws IOException {
    byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] frame = new byte[size.length + length + 2];
    System.arraycopy(size, 0, frame, 0, size.length);
    System.arraycopy(content, 0, frame, size.length, length);
    frame[frame.length - 2] = '\r';
    frame[frame.length - 1] = '\n';
    target.write(frame);
  }

  void finish() throws IOException {
    target.write(LAST);
  }
}
