package dev.priok.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When garbage is collected: much of it, and nobody waits. */
final class KeepHeapSmallTest {
  private static final long MB = 1L << 20;

  /** A heap with 20 MB of living objects. */
  private static final class Fake implements KeepHeapSmall.Heap {
    private long used = 20 * MB;
    private int collections;

    @Override
    public long used() {
      return used;
    }

    @Override
    public void collect() {
      collections++;
      used = 20 * MB;
    }
  }

  private final Fake heap = new Fake();
  private final KeepHeapSmall keeper = new KeepHeapSmall(heap);

  @Test
  void littleGarbageStays() {
    heap.used = 40 * MB;
    keeper.look();
    keeper.look();
    assertThat(heap.collections).isZero();
  }

  @Test
  void muchGarbageGoesInAQuietMoment() {
    heap.used = 60 * MB;
    keeper.look();
    assertThat(heap.collections).as("just allocated").isZero();
    keeper.look();
    assertThat(heap.collections).as("quiet").isEqualTo(1);
    keeper.look();
    keeper.look();
    assertThat(heap.collections).as("nothing left to collect").isEqualTo(1);
  }

  @Test
  void aDaemonThatIsNeverQuietCollectsOnceAMinute() {
    heap.used = 60 * MB;
    for (int look = 0; look < 13; look++) {
      heap.used += 2 * MB;
      keeper.look();
    }
    assertThat(heap.collections).isEqualTo(1);
  }
}
