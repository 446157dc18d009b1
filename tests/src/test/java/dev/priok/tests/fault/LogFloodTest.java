package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.HostState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * A container that writes 100,000 lines a second for twenty seconds, with json-file and rotation:
 * no line is lost, and the daemon needs less than one processor for all of it.
 */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "reads /proc")
final class LogFloodTest {
  private static final int SECONDS = 20;
  private static final int A_TENTH = 10_000;
  private static final int LINES = SECONDS * 10 * A_TENTH;

  /** Every tenth of a second by the clock of the machine, however long the writing takes. */
  private static String flood() {
    return "t=$(awk '{print int($1*10)}' /proc/uptime); i=0; while [ $i -lt "
        + SECONDS * 10
        + (" ]; do seq $((i*" + A_TENTH + "+1)) $(((i+1)*" + A_TENTH + ")); i=$((i+1));")
        + " while [ $(awk '{print int($1*10)}' /proc/uptime) -lt $((t+i)) ]; do usleep 5000; done;"
        + " done";
  }

  @Test
  void losesNothingAndCostsLessThanAProcessor() {
    HostState before = HostState.now();
    DaemonUnderTest daemon = DaemonUnderTest.withImage();
    try {
      double start = processorSeconds(daemon.pid());
      long began = System.nanoTime();
      daemon
          .docker(
              "run",
              "-d",
              "--name",
              "flood",
              "--log-opt",
              "max-size=10m",
              "--log-opt",
              "max-file=50",
              "busybox",
              "sh",
              "-c",
              flood())
          .ok();
      daemon.docker("wait", "flood").ok();
      double seconds = (System.nanoTime() - began) / 1e9;
      double used = processorSeconds(daemon.pid()) - start;
      System.out.printf(
          "%d lines in %.1f s; the daemon used %.1f s of a processor (%.2f of one)%n",
          LINES, seconds, used, used / seconds);
      String count =
          daemon
              .shell()
              .run("sh", "-c", "docker logs flood | cmp - /dev/fd/3 3<<X\n$(seq " + LINES + ")\nX")
              .ok()
              .text();
      assertThat(count).isEmpty();
      assertThat(used / seconds).as("processors used").isLessThan(1);
      assertThat(used / SECONDS).as("processors used in the time it ought to take").isLessThan(1);
    } finally {
      daemon.closeAndExpect(before);
    }
  }

  /** User and system time of a process, in hundredths of a second as proc(5) counts. */
  private static double processorSeconds(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
