package dev.priok.host.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Ends transfers whose client went away, those too that wait for a silent peer. */
public final class Cancellation {
  private final Set<InputStream> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cancelled;

  public void cancel() {
    cancelled = true;
    open.forEach(Cancellation::closeQuietly);
  }

  public boolean isCancelled() {
    return cancelled;
  }

  public void check() throws IOException {
    if (cancelled) {
      throw new InterruptedIOException("context canceled");
    }
  }

  /** The stream will be closed on cancellation, until {@link #leave}. */
  void enter(InputStream in) throws IOException {
    open.add(in);
    if (cancelled) {
      closeQuietly(in);
    }
    check();
  }

  void leave(InputStream in) {
    open.remove(in);
  }

  private static void closeQuietly(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      // The reader sees the cancellation; how the connection ended does not matter any more.
      return;
    }
  }
}
