package dev.priok.engine.health;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.engine.health.HealthState.ProbeResult;
import dev.priok.engine.health.HealthState.Status;
import dev.priok.model.api.container.HealthConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthStateTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static HealthPlan plan(int retries, Duration startPeriod) {
    return requireNonNull(
        HealthPlan.of(
            new HealthConfig(
                List.of("CMD", "look"), null, null, retries, startPeriod.toNanos(), null),
            null));
  }

  private static ProbeResult probe(int second, int code) {
    Instant at = START.plusSeconds(second);
    return new ProbeResult(at, at.plusMillis(5), code, "probe " + second);
  }

  @Test
  void failuresInARowMakeItUnhealthyAndOneSuccessHealsIt() {
    HealthPlan plan = plan(2, Duration.ZERO);
    HealthState state = HealthState.STARTING.after(probe(1, 1), plan, START);
    assertThat(state.status()).isEqualTo(Status.STARTING);
    assertThat(state.failingStreak()).isEqualTo(1);
    state = state.after(probe(2, -1), plan, START);
    assertThat(state.status()).isEqualTo(Status.UNHEALTHY);
    state = state.after(probe(3, 0), plan, START);
    assertThat(state.status()).isEqualTo(Status.HEALTHY);
    assertThat(state.failingStreak()).isZero();
    state = state.after(probe(4, 1), plan, START);
    assertThat(state.status()).isEqualTo(Status.HEALTHY);
  }

  @Test
  void theStartPeriodForgivesUntilTheFirstSuccess() {
    HealthPlan plan = plan(1, Duration.ofSeconds(10));
    HealthState state = HealthState.STARTING.after(probe(1, 1), plan, START);
    assertThat(state.status()).isEqualTo(Status.STARTING);
    assertThat(state.failingStreak()).isZero();
    HealthState late = state.after(probe(11, 1), plan, START);
    assertThat(late.status()).isEqualTo(Status.UNHEALTHY);
    HealthState once = state.after(probe(2, 0), plan, START).after(probe(3, 1), plan, START);
    assertThat(once.status()).isEqualTo(Status.UNHEALTHY);
  }

  @Test
  void fiveProbesAreKeptAndANewRunKeepsThem() {
    HealthPlan plan = plan(3, Duration.ZERO);
    HealthState state = HealthState.STARTING;
    for (int i = 0; i < 8; i++) {
      state = state.after(probe(i, 0), plan, START);
    }
    assertThat(state.log()).hasSize(5);
    assertThat(state.log().getFirst().output()).isEqualTo("probe 3");
    HealthState again = state.unwatched().restarted();
    assertThat(again.status()).isEqualTo(Status.STARTING);
    assertThat(again.log()).isEqualTo(state.log());
  }

  @Test
  void defaultsAndKindsOfTests() {
    HealthPlan plan =
        HealthPlan.of(
            new HealthConfig(List.of("CMD-SHELL", "a | b"), 0L, 0L, 0, 0L, 0L),
            List.of("/bin/ash", "-ec"));
    assertThat(plan)
        .isEqualTo(
            new HealthPlan(
                List.of("/bin/ash", "-ec", "a | b"),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ZERO,
                Duration.ofSeconds(5),
                3));
    assertThat(HealthPlan.of(null, null)).isNull();
    for (String kind : List.of("NONE", "HTTP")) {
      HealthConfig config = new HealthConfig(List.of(kind, "x"), null, null, null, null, null);
      assertThat(HealthPlan.of(config, null)).isNull();
    }
  }

  @Test
  void theStartIntervalHoldsWithinTheStartPeriodUntilTheFirstSuccess() {
    HealthPlan plan = plan(1, Duration.ofSeconds(60));
    assertThat(plan.pause(HealthState.STARTING, Duration.ofSeconds(1)))
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(plan.pause(HealthState.STARTING, Duration.ofSeconds(60)))
        .isEqualTo(Duration.ofSeconds(30));
    HealthState healthy = HealthState.STARTING.after(probe(1, 0), plan, START);
    assertThat(plan.pause(healthy, Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void durationsAsGoPrintsThem() {
    assertThat(GoDuration.of(Duration.ofSeconds(90))).isEqualTo("1m30s");
    assertThat(GoDuration.of(Duration.ofMillis(1500))).isEqualTo("1.5s");
    assertThat(GoDuration.of(Duration.ofMillis(20))).isEqualTo("20ms");
    assertThat(GoDuration.of(Duration.ofHours(1))).isEqualTo("1h0m0s");
    assertThat(GoDuration.of(Duration.ofNanos(1500))).isEqualTo("1.5µs");
    assertThat(GoDuration.of(Duration.ofSeconds(30))).isEqualTo("30s");
  }
}
