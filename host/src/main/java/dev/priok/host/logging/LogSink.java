package dev.priok.host.logging;

import java.io.IOException;

/** Receives what a log holds, in order. */
@FunctionalInterface
public interface LogSink {
  /**
   * One line with its newline, or a piece of a line that was written in pieces.
   *
   * @param epochNanos when the container wrote it
   * @param bytes the reader's own buffer, valid during the call only
   */
  void line(long epochNanos, LogStream stream, byte[] bytes, int offset, int length)
      throws IOException;
}
