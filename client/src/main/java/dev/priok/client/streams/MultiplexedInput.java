package dev.priok.client.streams;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Output of a container: with a TTY raw bytes; without one frames of an eight byte header (stream
 * number, three zero bytes, big-endian length) and payload, as the specification of attach has it.
 */
public final class MultiplexedInput implements Closeable {
  private static final int BUFFER = 32 * 1024;

  private final InputStream source;
  private final boolean raw;
  private final Closeable owner;

  /** Reads {@code source}; closing closes {@code owner}. */
  public MultiplexedInput(InputStream source, boolean raw, Closeable owner) {
    this.source = source;
    this.raw = raw;
    this.owner = owner;
  }

  /** Where pieces go, in the order in which the engine sent them. */
  @FunctionalInterface
  public interface Sink {
    /** Takes {@code length} bytes of {@code stream}; the buffer is reused afterwards. */
    void accept(StdStream stream, byte[] buffer, int length) throws IOException;
  }

  /** Copies everything until the end; standard error and output each to its own target. */
  public void copyTo(OutputStream stdout, OutputStream stderr) throws IOException {
    forEach((stream, buffer, length) -> {
      OutputStream target = stream == StdStream.STDERR ? stderr : stdout;
      target.write(buffer, 0, length);
      target.flush();
    });
  }

  /** Hands every piece to {@code sink} until the stream ends. */
  public void forEach(Sink sink) throws IOException {
    byte[] buffer = new byte[BUFFER];
    if (raw) {
      for (int n = source.read(buffer); n >= 0; n = source.read(buffer)) {
        sink.accept(StdStream.STDOUT, buffer, n);
      }
      return;
    }
    byte[] header = new byte[8];
    while (true) {
      int got = source.readNBytes(header, 0, 8);
      if (got == 0) {
        return;
      }
      if (got < 8) {
        throw new EOFException("the stream ended within a frame");
      }
      copyFrame(header, buffer, sink);
    }
  }

  private void copyFrame(byte[] header, byte[] buffer, Sink sink) throws IOException {
    long length =
        (header[4] & 0xffL) << 24
            | (header[5] & 0xffL) << 16
            | (header[6] & 0xffL) << 8
            | (header[7] & 0xffL);
    StdStream stream =
        switch (header[0]) {
          case 0, 1 -> StdStream.STDOUT;
          case 2 -> StdStream.STDERR;
          case 3 -> throw new IOException("the engine reported: " + text(length));
          default -> throw new IOException("unknown stream " + header[0] + " in a frame");
        };
    while (length > 0) {
      int n = source.read(buffer, 0, (int) Math.min(buffer.length, length));
      if (n < 0) {
        throw new EOFException("the stream ended within a frame");
      }
      sink.accept(stream, buffer, n);
      length -= n;
    }
  }

  /** Stream number 3 carries an error of the engine itself. */
  private String text(long length) throws IOException {
    byte[] text = source.readNBytes((int) Math.min(length, BUFFER));
    return new String(text, java.nio.charset.StandardCharsets.UTF_8).strip();
  }

  @Override
  public void close() throws IOException {
    owner.close();
  }
}
