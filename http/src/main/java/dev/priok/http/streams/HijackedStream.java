package dev.priok.http.streams;

import dev.priok.engine.streams.ClientStream;
import dev.priok.engine.streams.Framing;
import dev.priok.engine.streams.StdStream;
import dev.priok.http.server.RawStream;
import java.io.IOException;
import java.io.InputStream;

/** A hijacked connection as the engine's client stream. */
final class HijackedStream implements ClientStream {
  private static final byte[] NO_HEADER = new byte[0];

  private final RawStream raw;
  private final Framing framing;

  HijackedStream(RawStream raw, Framing framing) {
    this.raw = raw;
    this.framing = framing;
  }

  @Override
  public InputStream input() {
    return raw.input();
  }

  @Override
  public void write(StdStream stream, byte[] bytes, int offset, int length) throws IOException {
    if (length > 0) {
      raw.write(
          framing == Framing.RAW ? NO_HEADER : FrameHeader.of(stream, length),
          bytes,
          offset,
          length);
    }
  }

  @Override
  public void awaitHeadRead() throws IOException {
    raw.awaitRead();
  }

  @Override
  public void close() {
    raw.close();
  }

  @Override
  public void onGone(Runnable action) {
    raw.onGone(action);
  }
}
