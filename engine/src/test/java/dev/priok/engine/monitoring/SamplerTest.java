package dev.priok.engine.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.kernel.cgroup.CgroupLayout;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SamplerTest {
  private final List<Monitored> running = new ArrayList<>();
  private final int self = (int) ProcessHandle.current().pid();
  private Sampler sampler;
  private int looked;

  @BeforeEach
  void open() throws IOException {
    CgroupLayout layout = CgroupLayout.detect();
    sampler =
        new Sampler(
            () -> running,
            path -> {
              looked++;
              try {
                return layout.ofProcess(self);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  private Monitored container(Instant startedAt) {
    return new Monitored("c", "/c", startedAt, self);
  }

  @Test
  void theFirstAnswerMeasuresFromTheStartAndDoesNotWait() throws IOException {
    Instant startedAt = Instant.now().minusSeconds(2);
    long before = System.nanoTime();
    Measured measured = sampler.measure(container(startedAt));
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(400));
    assertThat(measured.before().time()).isEqualTo(startedAt);
    assertThat(measured.before().cpu().total()).isZero();
    long passed = measured.now().system().total() - measured.before().system().total();
    long expected =
        Duration.between(startedAt, measured.now().time()).toNanos()
            * measured.now().system().online();
    assertThat(passed).isEqualTo(expected);
  }

  @Test
  void laterAnswersMeasureFromTheSampleBefore() throws Exception {
    running.add(container(Instant.now().minusSeconds(100)));
    sampler.sampleAll();
    Thread.sleep(600);
    Measured measured = sampler.measure(running.getFirst());
    assertThat(Duration.between(measured.before().time(), measured.now().time()))
        .isBetween(Duration.ofMillis(500), Duration.ofSeconds(30));
    assertThat(looked).isEqualTo(1);
  }

  @Test
  void aSampleJustMadeIsNoPast() throws IOException {
    Instant startedAt = Instant.now().minusSeconds(3);
    running.add(container(startedAt));
    sampler.sampleAll();
    assertThat(sampler.measure(running.getFirst()).before().time()).isEqualTo(startedAt);
  }

  @Test
  void anotherRunHasNoPastOfTheOneBefore() throws Exception {
    running.add(container(Instant.now().minusSeconds(100)));
    sampler.sampleAll();
    Thread.sleep(550);
    Instant again = Instant.now();
    assertThat(sampler.measure(container(again)).before().time()).isEqualTo(again);
  }

  @Test
  void whatRunsNoMoreIsForgotten() {
    running.add(container(Instant.now()));
    sampler.sampleAll();
    running.clear();
    sampler.sampleAll();
    running.add(container(Instant.now()));
    sampler.sampleAll();
    assertThat(looked).isEqualTo(2);
  }

  @Test
  void theHostsTimeAsDockerAddsIt() throws IOException {
    String stat =
        """
        cpu  10 20 30 40 50 60 70 800 900 0
        cpu0 1 1 1 1 1 1 1 1 1 1
        cpu1 1 1 1 1 1 1 1 1 1 1
        intr 5 4 3
        """;
    assertThat(SystemCpu.parse(stat)).isEqualTo(new SystemCpu.Times(2_800_000_000L, 2));
  }

  @Test
  void interfacesAsTheKernelListsThem() {
    String table =
        "Inter-|   Receive            |  Transmit\n face |bytes    packets errs drop fifo frame"
            + " compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n"
            + "    lo:     100       1    0    0    0     0          0         0      100       1"
            + "    0    0    0     0       0          0\n"
            + "  eth0:18446744073709551615 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n";
    assertThat(InterfaceCounters.parse(table))
        .containsOnlyKeys("eth0")
        .containsEntry("eth0", new InterfaceCounters(-1, 2, 3, 4, 5, 6, 7, 8));
  }
}
