package dev.priok.daemon;

import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What SIGTERM and SIGINT do: the first stops in order, the second kills the containers that are
 * still waited for, the third ends the process where it is, with dockerd's status 128 and the
 * signal's number. So whoever is in a hurry needs no SIGKILL, and loses nothing by the second.
 */
final class TrapSignals {
  private static final Logger LOG = LoggerFactory.getLogger(TrapSignals.class);
  private static final int TERM = 15;
  private static final int INT = 2;
  private static final int FORCE = 3;

  private final Runnable stop;
  private final Runnable hurry;
  private final AtomicInteger count = new AtomicInteger();

  TrapSignals(Runnable stop, Runnable hurry) {
    this.stop = stop;
    this.hurry = hurry;
  }

  /** From now on. */
  void install() {
    Signals.on("TERM", () -> came(TERM));
    Signals.on("INT", () -> came(INT));
  }

  private void came(int signal) {
    int now = count.incrementAndGet();
    LOG.info("signal {} ({})", signal, now);
    switch (now) {
      case 1 -> Thread.ofPlatform().name("shutdown").start(stop);
      case 2 -> Thread.ofPlatform().name("hurry").start(hurry);
      case FORCE -> {
        LOG.warn("the daemon ends at once, without stopping in order: {} signals came", FORCE);
        Runtime.getRuntime().halt(128 + signal);
      }
      default -> LOG.debug("the process is ending");
    }
  }
}
