package dev.priok.host.logging;

/**
 * Tells a following reader when to look again and when to stop.
 *
 * <p>The one who drains the container's output knows both: conmon writes a piece to the log before
 * it passes it on.
 */
public interface LogFollow {
  /** A number that grows whenever the log may have grown; never blocks. */
  long version();

  /** True when nothing will be written any more. Once true it stays true. */
  boolean ended();

  /**
   * Blocks until {@link #version} differs from {@code seen}, the container has ended, or {@code
   * millis} have gone by.
   */
  void awaitChange(long seen, long millis) throws InterruptedException;
}
