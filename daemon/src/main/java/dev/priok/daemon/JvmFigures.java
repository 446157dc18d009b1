package dev.priok.daemon;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.priok.engine.metrics.Exposition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process and its JVM, under the names that Prometheus' own libraries give them. */
final class JvmFigures {
  private static final Path MEMORY = Path.of("/proc/self/statm");
  private static final int PAGE = 4096;

  private JvmFigures() {}

  static void write(Exposition out) {
    var runtime = ManagementFactory.getRuntimeMXBean();
    out.single(
        "process_start_time_seconds",
        "gauge",
        "Start of the process in seconds since 1970",
        runtime.getStartTime() / 1000.0);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os) {
      out.single(
          "process_cpu_seconds_total",
          "counter",
          "Processor time of the process in seconds",
          (double) os.getProcessCpuTime() / 1e9);
      out.single(
          "process_open_fds", "gauge", "Open file descriptors", os.getOpenFileDescriptorCount());
      out.single(
          "process_max_fds", "gauge", "Limit of file descriptors", os.getMaxFileDescriptorCount());
    }
    String[] pages = statm().split(" ", -1);
    out.single(
        "process_virtual_memory_bytes",
        "gauge",
        "Virtual memory of the process",
        (double) Long.parseLong(pages[0]) * PAGE);
    out.single(
        "process_resident_memory_bytes",
        "gauge",
        "Resident memory of the process",
        (double) Long.parseLong(pages[1]) * PAGE);
    memory(out);
    out.single(
        "jvm_threads_current",
        "gauge",
        "Platform threads",
        ManagementFactory.getThreadMXBean().getThreadCount());
    out.single(
        "jvm_classes_currently_loaded",
        "gauge",
        "Loaded classes",
        ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
    out.family("jvm_gc_collection_seconds", "summary", "Time spent collecting garbage");
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      String name = collector.getName();
      out.sample("jvm_gc_collection_seconds_count", collector.getCollectionCount(), "gc", name);
      out.sample(
          "jvm_gc_collection_seconds_sum", collector.getCollectionTime() / 1000.0, "gc", name);
    }
  }

  private static void memory(Exposition out) {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    MemoryUsage rest = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
    out.family("jvm_memory_used_bytes", "gauge", "Used memory of the JVM");
    out.sample("jvm_memory_used_bytes", heap.getUsed(), "area", "heap");
    out.sample("jvm_memory_used_bytes", rest.getUsed(), "area", "nonheap");
    out.family("jvm_memory_committed_bytes", "gauge", "Memory that the JVM has taken");
    out.sample("jvm_memory_committed_bytes", heap.getCommitted(), "area", "heap");
    out.sample("jvm_memory_committed_bytes", rest.getCommitted(), "area", "nonheap");
    out.family("jvm_memory_max_bytes", "gauge", "Most that the JVM may take, -1: no limit");
    out.sample("jvm_memory_max_bytes", heap.getMax(), "area", "heap");
    out.sample("jvm_memory_max_bytes", rest.getMax(), "area", "nonheap");
  }

  private static String statm() {
    try {
      return Files.readString(MEMORY).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
