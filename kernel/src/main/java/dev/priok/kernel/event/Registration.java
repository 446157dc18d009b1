package dev.priok.kernel.event;

import dev.priok.kernel.call.LinuxException;

/** A descriptor's place in an event loop. */
public interface Registration {
  /** Waits for other things from now on. */
  void modify(int interest) throws LinuxException;

  /**
   * Ends it; must come before the descriptor is closed. On the loop's thread no call follows; on
   * another thread one may still be running. Repeating it is harmless.
   */
  void cancel();
}
