package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docker logs in all its shapes. */
@BlackBox
final class LogsTest {
  @Test
  void bothStreamsInTheirPlaces(DaemonUnderTest d) {
    String name = d.name("logs");
    d.docker("run", "--name", name, "busybox", "sh", "-c", "echo one; echo two >&2; echo three")
        .ok();
    Outcome logs = d.docker("logs", name).ok();
    assertThat(logs.out()).isEqualTo("one\nthree\n");
    assertThat(logs.err()).isEqualTo("two\n");
  }

  @Test
  void tail(DaemonUnderTest d) {
    String name = d.name("tail");
    d.docker("run", "--name", name, "busybox", "seq", "1", "1000").ok();
    assertThat(d.docker("logs", "--tail", "3", name).ok().lines())
        .containsExactly("998", "999", "1000");
    assertThat(d.docker("logs", "--tail", "0", name).ok().lines()).isEmpty();
    assertThat(d.docker("logs", "--tail", "all", name).ok().lines()).hasSize(1000);
    assertThat(d.docker("logs", "-n", "5000", name).ok().lines()).hasSize(1000);
  }

  @Test
  void timestampsSinceAndUntil(DaemonUnderTest d) {
    String name = d.name("since");
    d.docker("run", "--name", name, "busybox", "sh", "-c", "echo early; sleep 1.2; echo late").ok();
    List<String> stamped = d.docker("logs", "-t", name).ok().lines();
    assertThat(stamped.get(0)).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z early");
    String late = stamped.get(1).substring(0, 30);
    assertThat(d.docker("logs", "--since", late, name).ok().lines()).containsExactly("late");
    String early = stamped.get(0).substring(0, 30);
    assertThat(d.docker("logs", "--until", early, name).ok().lines()).containsExactly("early");
    assertThat(d.docker("logs", "--since", "10m", name).ok().lines()).hasSize(2);
  }

  @Test
  void followShowsWhatComesAndEndsWithTheContainer(DaemonUnderTest d) {
    String name = d.name("follow");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "busybox",
            "sh",
            "-c",
            "for i in 1 2 3 4 5; do echo $i; sleep 0.2; done")
        .ok();
    assertThat(d.docker("logs", "-f", name).ok().lines()).containsExactly("1", "2", "3", "4", "5");
  }

  @Test
  void longLinesAndLinesWithoutAnEnd(DaemonUnderTest d) {
    String name = d.name("long");
    d.docker(
            "run",
            "--name",
            name,
            "busybox",
            "sh",
            "-c",
            "head -c 100000 /dev/zero | tr '\\0' y; echo; printf 'no end'")
        .ok();
    assertThat(d.docker("logs", name).ok().out()).isEqualTo("y".repeat(100_000) + "\nno end");
  }

  @Test
  void manyLinesAreAllThere(DaemonUnderTest d) {
    String name = d.name("many");
    d.docker("run", "-d", "--name", name, "busybox", "seq", "1", "200000").ok();
    d.docker("wait", name).ok();
    List<String> lines = d.docker("logs", name).ok().lines();
    assertThat(lines).hasSize(200_000);
    assertThat(lines.get(123_455)).isEqualTo("123456");
  }

  @Test
  void aContainerThatNeverWrote(DaemonUnderTest d) {
    String name = d.name("mute");
    d.docker("create", "--name", name, "busybox", "true").ok();
    assertThat(d.docker("logs", name).ok().all()).isEmpty();
    assertThat(d.docker("logs", "no-such-container").exits(1).err())
        .contains("No such container: no-such-container");
  }

  @Test
  void restartAppends(DaemonUnderTest d) {
    String name = d.name("again");
    d.docker("run", "--name", name, "busybox", "echo", "once").ok();
    d.docker("start", "-a", name).ok();
    assertThat(d.docker("logs", name).ok().lines()).containsExactly("once", "once");
  }
}
