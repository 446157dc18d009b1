package dev.priok.http.server;

import java.util.concurrent.TimeUnit;

/** Keeps strangers from filling the log: so many lines a minute. */
final class FewLines {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final int most;
  private long began = System.nanoTime();
  private int said;

  FewLines(int most) {
    this.most = most;
  }

  synchronized boolean mayBeSaid() {
    long now = System.nanoTime();
    if (now - began > MINUTE) {
      began = now;
      said = 0;
    }
    return said++ < most;
  }
}
