package dev.priok.engine.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.host.runtime.ExitReport;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.api.container.RestartPolicy;
import dev.priok.model.id.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** As moby's restartmanager decides. */
class RestartPoliciesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private final ContainerId id = ContainerId.random();
  private final RestartPolicies policies = new RestartPolicies(container -> {});

  @AfterEach
  void close() {
    policies.close();
  }

  private ContainerRecord record(String policy, int most, int restarts, boolean stopAsked) {
    return ContainerRecordBuilder.builder()
        .id(id)
        .hostConfig(
            HostConfigBuilder.builder().restartPolicy(new RestartPolicy(policy, most)).build())
        .state(
            RunStateBuilder.builder(RunState.CREATED)
                .status(RunState.Status.RUNNING)
                .startedAt(START)
                .restarts(restarts)
                .stopAsked(stopAsked)
                .build())
        .build();
  }

  private RestartPolicies.Decision after(ContainerRecord record, Duration ran, int code) {
    return policies.decide(record, new ExitReport(id.value(), code, START.plus(ran), false));
  }

  @Test
  void whoIsStartedAgain() {
    Duration short1 = Duration.ofSeconds(1);
    assertThat(after(record("no", 0, 0, false), short1, 1).restart()).isFalse();
    assertThat(after(record("", 0, 0, false), short1, 1).restart()).isFalse();
    assertThat(after(record("always", 0, 0, false), short1, 0).restart()).isTrue();
    assertThat(after(record("always", 0, 0, true), short1, 0).restart()).isFalse();
    assertThat(after(record("unless-stopped", 0, 0, false), short1, 0).restart()).isTrue();
    assertThat(after(record("unless-stopped", 0, 0, true), short1, 0).restart()).isFalse();
    assertThat(after(record("on-failure", 0, 99, false), short1, 0).restart()).isFalse();
    assertThat(after(record("on-failure", 0, 99, false), short1, 7).restart()).isTrue();
    assertThat(after(record("on-failure", 2, 1, false), short1, 7).restart()).isTrue();
    assertThat(after(record("on-failure", 2, 2, false), short1, 7).restart()).isFalse();
  }

  @Test
  void thePauseDoublesFromATenthOfASecondToAMinute() {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      pauses.add(after(record("always", 0, i, false), Duration.ofSeconds(9), 1).pause().toMillis());
    }
    assertThat(pauses)
        .containsExactly(
            100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 12_800L, 25_600L, 51_200L, 60_000L,
            60_000L);
  }

  @Test
  void aRunOfTenSecondsBeginsAnew() {
    ContainerRecord record = record("always", 0, 0, false);
    for (int i = 0; i < 5; i++) {
      assertThat(after(record, Duration.ofSeconds(1), 1).restart()).isTrue();
    }
    assertThat(after(record, Duration.ofSeconds(10), 1).pause()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void whoStartsWithTheDaemon() {
    assertThat(RestartPolicies.startsWithDaemon(record("always", 0, 0, true))).isTrue();
    assertThat(RestartPolicies.startsWithDaemon(record("unless-stopped", 0, 0, false))).isTrue();
    assertThat(RestartPolicies.startsWithDaemon(record("unless-stopped", 0, 0, true))).isFalse();
    assertThat(RestartPolicies.startsWithDaemon(record("on-failure", 0, 0, false))).isFalse();
    assertThat(RestartPolicies.startsWithDaemon(record("no", 0, 0, false))).isFalse();
  }

  @Test
  void nobodyIsStartedAgainOnceTheDaemonStops() {
    policies.stopRestarting();
    assertThat(after(record("always", 0, 0, false), Duration.ofSeconds(1), 1).restart()).isFalse();
  }
}
