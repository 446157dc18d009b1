package dev.priok.host.logging;

import java.io.IOException;

/** Receives the lines of log files as they stand there. */
public interface LineSink {
  /**
   * One line of the file.
   *
   * @param bytes the reader's own buffer, valid during the call only; the header may be overwritten
   * @param end after the newline
   * @param number of the file
   * @param offset of the line in the file
   */
  void line(byte[] bytes, int start, int end, long number, long offset) throws IOException;

  /** True where no more lines are wanted now; asked after each line. */
  boolean enough();
}
