package dev.priok.host.logging.drivers;

import java.io.Closeable;
import java.io.IOException;

/**
 * Where the output of one container goes; see the package. Used by one thread at a time.
 *
 * <p>What is {@link #deliver delivered} counts as handed over when {@link #flush} has returned.
 */
public interface LogTarget extends Closeable {
  /**
   * Before a batch; a file may be rotated here.
   *
   * @return whether {@link #mark} has changed by it and must be remembered before anything is
   *     delivered
   */
  default boolean begin() throws IOException {
    return false;
  }

  /** Takes an entry over; may keep it until {@link #flush}. */
  void deliver(LogEntry entry) throws IOException;

  /** True where the batch is to end here. Drivers of single packets say so after each. */
  default boolean full() {
    return false;
  }

  /** Returns when everything delivered has left. */
  void flush() throws IOException;

  /** A number of its own to be given to the next {@code open}; what it stands for is flushed. */
  default long mark() {
    return 0;
  }

  @Override
  void close() throws IOException;
}
