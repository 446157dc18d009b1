package dev.priok.engine.images;

import java.util.concurrent.Semaphore;

/** How many layers may travel in one direction at once; the number can be changed at any time. */
final class TransferSlots {
  private final Slots slots;
  private int limit;

  TransferSlots(int limit) {
    this.limit = limit;
    this.slots = new Slots(limit);
  }

  /**
   * Those that have a slot already keep it, also where there are more of them than the new limit.
   */
  synchronized void limit(int newLimit) {
    if (newLimit > limit) {
      slots.release(newLimit - limit);
    } else {
      slots.reducePermits(limit - newLimit);
    }
    limit = newLimit;
  }

  boolean tryTake() {
    return slots.tryAcquire();
  }

  void take() throws InterruptedException {
    slots.acquire();
  }

  void giveBack() {
    slots.release();
  }

  private static final class Slots extends Semaphore {
    private static final long serialVersionUID = 1L;

    Slots(int permits) {
      super(permits, true);
    }

    /** Made visible. */
    @Override
    protected void reducePermits(int reduction) {
      super.reducePermits(reduction);
    }
  }
}
