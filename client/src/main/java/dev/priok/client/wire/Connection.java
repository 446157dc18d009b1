package dev.priok.client.wire;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A way to the engine as a pair of streams that may be used from two threads at once. */
public final class Connection implements Closeable {
  private static final int BUFFER = 32 * 1024;

  private final Link link;
  private final InputStream input;

  Connection(Link link) {
    this.link = link;
    this.input = new BufferedInputStream(link.input(), BUFFER);
  }

  /** Bytes from the peer, buffered: what follows an answer's head is still here. */
  public InputStream input() {
    return input;
  }

  /** Bytes to the peer, not buffered. */
  public OutputStream output() {
    return link.output();
  }

  /** Ends what we send; the peer may go on sending. */
  public void shutdownOutput() throws IOException {
    link.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    link.close();
  }
}
