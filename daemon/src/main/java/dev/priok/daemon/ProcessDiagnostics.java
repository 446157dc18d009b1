package dev.priok.daemon;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.priok.http.routes.Diagnostics;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The JVM's own means, loaded when somebody asks and not before. */
final class ProcessDiagnostics implements Diagnostics {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessDiagnostics.class);

  private final Path folder;
  private final BooleanSupplier debug;
  private final ReentrantLock recording = new ReentrantLock();

  /** Files go to that folder, which is the daemon's own. */
  ProcessDiagnostics(Path folder, BooleanSupplier debug) {
    this.folder = folder;
    this.debug = debug;
  }

  @Override
  public boolean enabled() {
    return debug.getAsBoolean();
  }

  @Override
  public String threads() throws IOException {
    Path file = folder.resolve("threads-" + System.nanoTime() + ".txt");
    try {
      dump(file);
      return Files.readString(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /**
   * On SIGUSR1: into a file with dockerd's name for it, so that what gathers such files finds it.
   * SIGQUIT is the JVM's own; it prints the platform threads on standard output.
   */
  void dumpToFile() {
    String time =
        OffsetDateTime.now(ZoneId.systemDefault())
            .truncatedTo(ChronoUnit.MILLIS)
            .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME)
            .replace(":", "");
    Path file = folder.resolve("goroutine-stacks-" + time + ".log");
    try {
      dump(file);
      LOG.info("stacks of all threads written to {}", file);
    } catch (IOException e) {
      LOG.error("stacks of all threads cannot be written to {}: {}", file, e.getMessage());
    }
  }

  private static void dump(Path file) throws IOException {
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(file.toAbsolutePath().toString(), ThreadDumpFormat.TEXT_PLAIN);
  }

  @Override
  public Map<String, Object> figures() {
    var memory = ManagementFactory.getMemoryMXBean();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("heapUsedBytes", memory.getHeapMemoryUsage().getUsed());
    result.put("heapCommittedBytes", memory.getHeapMemoryUsage().getCommitted());
    result.put("nonHeapUsedBytes", memory.getNonHeapMemoryUsage().getUsed());
    result.put("platformThreads", ManagementFactory.getThreadMXBean().getThreadCount());
    result.put("loadedClasses", ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
    result.put("uptimeMillis", ManagementFactory.getRuntimeMXBean().getUptime());
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      result.put(
          "collections: " + collector.getName(),
          Map.of("count", collector.getCollectionCount(), "millis", collector.getCollectionTime()));
    }
    return result;
  }

  /** One at a time: they share the JVM's buffers, and each takes memory and a file. */
  @Override
  public void record(Duration time, OutputStream out) throws IOException, InterruptedException {
    if (!recording.tryLock()) {
      throw new IOException("a flight recording is under way already");
    }
    Path file = folder.resolve("flight-" + System.nanoTime() + ".jfr");
    try (Recording flight = new Recording(Configuration.getConfiguration("profile"))) {
      flight.start();
      // To the client's disk in the end; a client that left is noticed then.
      Thread.sleep(time);
      flight.stop();
      flight.dump(file);
      Files.copy(file, out);
    } catch (java.text.ParseException e) {
      throw new IOException("the JVM's own configuration of recordings is broken", e);
    } finally {
      recording.unlock();
      Files.deleteIfExists(file);
    }
  }
}
