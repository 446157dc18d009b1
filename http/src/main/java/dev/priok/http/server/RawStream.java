package dev.priok.http.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** A connection after HTTP has left it: bytes both ways, each direction ended on its own. */
public final class RawStream implements Closeable {
  private static final Duration MOMENT = Duration.ofMillis(200);

  private final Connection connection;

  RawStream(Connection connection) {
    this.connection = connection;
  }

  /** What the client sends, from the first byte after the request; ends when it half-closes. */
  public InputStream input() {
    return connection.inbound();
  }

  /** Writes both pieces together; blocks while the client is slow. */
  public void write(byte[] first, byte[] bytes, int offset, int length) throws IOException {
    if (length >= Outbound.WORTH_A_CALL) {
      connection.outbound().rawNow(first, bytes, offset, length);
    } else {
      connection.outbound().raw(first, bytes, offset, length);
    }
  }

  /**
   * Waits until the client has read what was written, for a moment at most; over TCP not at all.
   */
  public void awaitRead() throws IOException {
    connection.outbound().awaitRead(MOMENT);
  }

  public void onGone(Runnable action) {
    connection.onGone(action);
  }

  /** Sends what is buffered, then ends the connection without cutting off what is under way. */
  @Override
  public void close() {
    connection.finish();
  }
}
