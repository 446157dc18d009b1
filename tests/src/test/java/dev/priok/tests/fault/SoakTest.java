package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Containers of every sort come and go for a quarter of an hour, 200 of them at a time ({@code
 * ./check --soak}): at the end the daemon holds what it held after the first minute. A normal run
 * has a minute for it and 40 containers; a JVM that young still compiles, so its memory has more
 * room there, while descriptors and threads have not.
 */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "reads /proc")
final class SoakTest {
  private static final int SECONDS = Integer.getInteger("priok.soak.seconds", 60);
  private static final int CONTAINERS = Integer.getInteger("priok.soak.containers", 40);
  private static final boolean WHOLE = SECONDS >= 600;

  /** Of the time: the first minute of a quarter of an hour, a third of a minute. */
  private static final Duration FIRST = Duration.ofSeconds(WHOLE ? 60 : SECONDS / 3);

  @Test
  void holdsInTheEndWhatItHeldAfterAMinute() {
    HostState before = HostState.now();
    DaemonUnderTest daemon = DaemonUnderTest.withImage();
    Crowd crowd = new Crowd(daemon, CONTAINERS);
    try {
      Instant end = Instant.now().plusSeconds(SECONDS);
      crowd.begin();
      Eventually.pause(FIRST);
      Eventually.holds(
          "the crowd is complete",
          Duration.ofMinutes(5),
          () -> {
            crowd.throwFailure();
            return crowd.came() > CONTAINERS;
          });
      Appetite first = crowd.whileStill();
      System.out.printf("after %d containers: %s%n", crowd.came(), first);
      while (WHOLE && Instant.now().isBefore(end.minus(FIRST))) {
        Eventually.pause(FIRST);
        System.out.printf("after %d containers: %s%n", crowd.came(), crowd.whileStill());
      }
      Duration left = Duration.between(Instant.now(), end);
      Eventually.pause(left.isPositive() ? left : Duration.ZERO);
      Appetite last = crowd.whileStill();
      System.out.printf("after %d containers: %s%n", crowd.came(), last);
      double memory = WHOLE ? 1.1 : 1.4;
      assertThat((double) last.memory()).as("resident KiB").isLessThan(first.memory() * memory);
      assertThat((double) last.objects()).as("KiB of objects").isLessThan(first.objects() * 1.1);
      assertThat((double) last.descriptors())
          .as("descriptors")
          .isLessThanOrEqualTo(first.descriptors() * 1.1);
      assertThat((double) last.threads()).as("threads").isLessThanOrEqualTo(first.threads() * 1.1);
    } finally {
      crowd.end();
      daemon.closeAndExpect(before);
    }
  }
}
