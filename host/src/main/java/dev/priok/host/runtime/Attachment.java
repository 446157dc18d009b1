package dev.priok.host.runtime;

import dev.priok.host.logging.LogFollow;
import java.io.IOException;

/**
 * The streams of one process under supervision.
 *
 * <p>There is one connection a process, and it is always drained: conmon stops logging while a
 * client of its own does not read. Every subscriber has a queue of its own. While one is behind by
 * more than its queue but makes progress, the process is slowed down to it, as with Docker; one
 * that makes no progress at all gets its output put aside in a file, so that it can stall nobody,
 * and is cut off where even that grows too large.
 */
public interface Attachment {
  /** Delivers everything from now on; from the first byte if called before the start. */
  Subscription subscribe(OutputSink sink);

  /** Writes to the process's input; blocks while it does not read. */
  void write(byte[] bytes, int offset, int length) throws IOException;

  /** Ends the process's input. Repeating it is harmless. */
  void closeStdin() throws IOException;

  /** Tells the terminal its size. */
  void resize(int rows, int columns) throws IOException;

  /** When a reader of the log should look again. */
  LogFollow follow();

  /** A running delivery. */
  interface Subscription {
    /** Ends it; what is queued is dropped. */
    void cancel();
  }
}
