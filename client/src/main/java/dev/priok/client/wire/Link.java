package dev.priok.client.wire;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Bytes both ways; reading, writing and closing from three threads at once is fine. */
interface Link extends Closeable {

  /** Not buffered. */
  InputStream input();

  /** Not buffered. */
  OutputStream output();

  /** Ends what we send; the peer may go on sending. */
  void shutdownOutput() throws IOException;
}
