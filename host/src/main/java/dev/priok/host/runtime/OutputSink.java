package dev.priok.host.runtime;

import dev.priok.host.logging.LogStream;
import java.io.IOException;

/** A subscriber to a process's output; called by one thread of its own, so it may block. */
public interface OutputSink {
  /** A piece of output; the array is not changed afterwards. */
  void output(LogStream stream, byte[] bytes, int offset, int length) throws IOException;

  /** Nothing more will come. Not called after {@link #output} has thrown. */
  void ended();

  /** It fell so far behind that it was cut off; the log has everything. */
  void overrun();
}
