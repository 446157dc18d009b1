package dev.priok.engine.streams;

import java.io.IOException;
import java.io.OutputStream;

/** A response body of bytes (an archive); opened when nothing can be refused any more. */
@FunctionalInterface
public interface ByteSink {
  /** Sends the response's head. The caller closes the stream when the body is complete. */
  OutputStream open() throws IOException;
}
