package dev.priok.http.server;

import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS handshakes under way: of strangers, so there is a limit to what all of them together may
 * cost. Whoever is through is root on the host anyway.
 */
final class Handshakes {
  private static final Logger LOG = LoggerFactory.getLogger(Handshakes.class);

  /** Some 50 KB each. */
  static final int MOST = 1000;

  private static final long SAID_EVERY_NANOS = 60_000_000_000L;

  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong said = new AtomicLong(System.nanoTime() - SAID_EVERY_NANOS);

  /** False where there are too many already; the connection is to be closed then. */
  boolean mayBegin() {
    if (count.incrementAndGet() <= MOST) {
      return true;
    }
    count.decrementAndGet();
    long now = System.nanoTime();
    long last = said.get();
    if (now - last >= SAID_EVERY_NANOS && said.compareAndSet(last, now)) {
      LOG.warn("closing new TLS connections: {} clients have not ended their handshake", MOST);
    }
    return false;
  }

  /** Counts it until it has ended, one way or the other. */
  void watch(SslHandler handler) {
    handler.handshakeFuture().addListener(f -> count.decrementAndGet());
  }
}
