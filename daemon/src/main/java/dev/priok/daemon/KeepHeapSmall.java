package dev.priok.daemon;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Collects when much garbage has piled up, in a quiet moment (decision 35).
 *
 * <p>The serial collector lets the old generation grow up to {@code -Xmx} before it looks at it,
 * and gives memory back only then. A daemon that lives for months on 20 MB of objects would so end
 * with the whole heap resident.
 */
final class KeepHeapSmall implements AutoCloseable {
  private static final long SECONDS = 5;
  private static final long MUCH = 24L << 20;

  /** So little is allocated between two looks while nobody asks for anything. */
  private static final long QUIET = 1L << 20;

  /** A daemon that is never quiet: then a pause of some 50 ms a minute. */
  private static final int LONGEST = 12;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Heap heap;
  private long live;
  private long before;
  private int waited;

  /** What is asked of the JVM. */
  interface Heap {
    /** Bytes of objects, garbage included. */
    long used();

    void collect();

    /** This process's. */
    static Heap own() {
      return new Heap() {
        @Override
        public long used() {
          return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }

        @Override
        public void collect() {
          System.gc();
        }
      };
    }
  }

  KeepHeapSmall(Heap heap) {
    this.heap = heap;
    this.live = heap.used();
    this.before = live;
  }

  /** Begins to look every few seconds, until it is closed. */
  static KeepHeapSmall begin() {
    KeepHeapSmall keeper = new KeepHeapSmall(Heap.own());
    Thread.ofVirtual().name("heap-keeper").start(keeper::run);
    return keeper;
  }

  private void run() {
    try {
      while (!closed.await(SECONDS, TimeUnit.SECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One look; collects where it is time to. */
  void look() {
    long used = heap.used();
    boolean quiet = Math.abs(used - before) < QUIET;
    before = used;
    if (used - live < MUCH) {
      live = Math.min(live, used);
      waited = 0;
      return;
    }
    if (quiet || ++waited >= LONGEST) {
      heap.collect();
      live = heap.used();
      before = live;
      waited = 0;
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
