package dev.priok.tests.fault;

import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a JVM holds of the machine (proc(5)).
 *
 * @param memory resident after a collection, in KiB: when garbage is collected is the JVM's own
 *     affair, and up to the whole heap of it lies between two looks at the same daemon
 */
record Appetite(long memory, long descriptors, long threads) {

  private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");

  /** The middle of several looks within some seconds: probes and restarts come and go. */
  static Appetite of(long pid) {
    Shell shell = new Shell(Map.of(), Duration.ofSeconds(30));
    String process = Long.toString(pid);
    shell.run(JCMD.toString(), process, "GC.run").ok();
    shell.run(JCMD.toString(), process, "System.trim_native_heap").ok();
    Appetite[] looks = new Appetite[9];
    for (int i = 0; i < looks.length; i++) {
      Eventually.pause(Duration.ofMillis(300));
      looks[i] = now(Path.of("/proc", Long.toString(pid)));
    }
    return new Appetite(
        middle(Arrays.stream(looks).mapToLong(Appetite::memory).toArray()),
        middle(Arrays.stream(looks).mapToLong(Appetite::descriptors).toArray()),
        middle(Arrays.stream(looks).mapToLong(Appetite::threads).toArray()));
  }

  private static long middle(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static Appetite now(Path process) {
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      String status = Files.readString(process.resolve("status"));
      return new Appetite(field(status, "VmRSS:"), descriptors.count(), field(status, "Threads:"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public String toString() {
    return "%d MB resident, %d descriptors, %d threads"
        .formatted(memory / 1024, descriptors, threads);
  }
}
