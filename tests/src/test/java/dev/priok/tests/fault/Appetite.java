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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM holds of the machine (proc(5)).
 *
 * @param memory resident after a collection, in KiB: when garbage is collected is the JVM's own
 *     affair, and up to the whole heap of it lies between two looks at the same daemon
 * @param objects what is alive in its heap, in KiB
 */
record Appetite(long memory, long objects, long descriptors, long threads) {
  /** A class of the heap's histogram, or the total: instances, bytes, name. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^(?:\\s*\\d+:|Total)\\s+\\d+\\s+(\\d+) *(.*)$");

  /** The JVM's compilers keep some ten megabytes for their next work for so long. */
  private static final Duration COMPILERS_REST = Duration.ofSeconds(6);

  private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");

  /** The middle of several looks within some seconds: probes and restarts come and go. */
  static Appetite of(long pid) {
    Shell shell = new Shell(Map.of(), Duration.ofSeconds(30));
    String process = Long.toString(pid);
    Eventually.pause(COMPILERS_REST);
    long objects = objects(shell.run(JCMD.toString(), process, "GC.class_histogram").ok().out());
    shell.run(JCMD.toString(), process, "System.trim_native_heap").ok();
    Appetite[] looks = new Appetite[9];
    for (int i = 0; i < looks.length; i++) {
      Eventually.pause(Duration.ofMillis(300));
      looks[i] = now(Path.of("/proc", process), objects);
    }
    return new Appetite(
        middle(Arrays.stream(looks).mapToLong(Appetite::memory).toArray()),
        objects,
        middle(Arrays.stream(looks).mapToLong(Appetite::descriptors).toArray()),
        middle(Arrays.stream(looks).mapToLong(Appetite::threads).toArray()));
  }

  /** What is alive, in KiB, without what the collector puts into gaps that it leaves. */
  private static long objects(String histogram) {
    long bytes = 0;
    Matcher row = ROW.matcher(histogram);
    while (row.find()) {
      if (row.group(2).isEmpty()) {
        bytes += Long.parseLong(row.group(1));
      } else if (row.group(2).contains("FillerElement")) {
        bytes -= Long.parseLong(row.group(1));
      }
    }
    return bytes / 1024;
  }

  private static long middle(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static Appetite now(Path process, long objects) {
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      String status = Files.readString(process.resolve("status"));
      return new Appetite(
          field(status, "VmRSS:"), objects, descriptors.count(), field(status, "Threads:"));
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
    return "%d MB resident, %.1f MB of objects, %d descriptors, %d threads"
        .formatted(memory / 1024, objects / 1024.0, descriptors, threads);
  }
}
