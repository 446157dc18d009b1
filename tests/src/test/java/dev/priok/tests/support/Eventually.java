package dev.priok.tests.support;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what comes true soon. */
public final class Eventually {
  private Eventually() {}

  /**
   * Returns as soon as the condition holds; fails with the description where it does not in time.
   */
  public static void holds(String description, Duration limit, BooleanSupplier condition) {
    value(
        description, limit, () -> condition.getAsBoolean() ? Boolean.TRUE : Boolean.FALSE, b -> b);
  }

  /** Returns the first value that is wanted; fails with the last one where none is in time. */
  public static <T> T value(
      String description,
      Duration limit,
      Supplier<T> source,
      java.util.function.Predicate<T> wanted) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      T value = source.get();
      if (wanted.test(value)) {
        return value;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + limit + ": " + description + "; last: " + value);
      }
      pause(Duration.ofMillis(40));
    }
  }

  /** Sleeps. */
  public static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
