package dev.priok.kernel.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the counters. Which files to read is decided controller by controller, because on hybrid
 * machines some controllers are of one generation and some of the other.
 */
final class StatsReader {
  // No limit in version 1: the largest multiple of the page size that fits a long.
  private static final long V1_UNLIMITED = Long.MAX_VALUE - 0xffff;

  private final Cgroup group;

  StatsReader(Cgroup group) {
    this.group = group;
  }

  CgroupStats read() throws IOException {
    return new CgroupStats(
        cpu(),
        memory(),
        pids(),
        io("io_service_bytes", "rbytes", "wbytes"),
        io("io_serviced", "rios", "wios"));
  }

  CgroupStats.Cpu cpu() throws IOException {
    Path accounting = group.directoryV1("cpuacct");
    if (accounting != null) {
      Map<String, Long> stat = CgroupFiles.table(group.directoryV1("cpu"), "cpu.stat");
      return new CgroupStats.Cpu(
          CgroupFiles.number(accounting, "cpuacct.usage", 0),
          CgroupFiles.number(accounting, "cpuacct.usage_user", 0),
          CgroupFiles.number(accounting, "cpuacct.usage_sys", 0),
          CgroupFiles.numbers(accounting, "cpuacct.usage_percpu"),
          stat.getOrDefault("nr_periods", 0L),
          stat.getOrDefault("nr_throttled", 0L),
          stat.getOrDefault("throttled_time", 0L));
    }
    // Kept by version 2 even where the cpu controller is not enabled.
    Map<String, Long> stat = CgroupFiles.table(group.unified(), "cpu.stat");
    if (stat.isEmpty()) {
      return CgroupStats.Cpu.NONE;
    }
    return new CgroupStats.Cpu(
        stat.getOrDefault("usage_usec", 0L) * 1000,
        stat.getOrDefault("user_usec", 0L) * 1000,
        stat.getOrDefault("system_usec", 0L) * 1000,
        List.of(),
        stat.getOrDefault("nr_periods", 0L),
        stat.getOrDefault("nr_throttled", 0L),
        stat.getOrDefault("throttled_usec", 0L) * 1000);
  }

  long usedNanos() throws IOException {
    Path accounting = group.directoryV1("cpuacct");
    return accounting != null
        ? CgroupFiles.number(accounting, "cpuacct.usage", 0)
        : CgroupFiles.table(group.unified(), "cpu.stat").getOrDefault("usage_usec", 0L) * 1000;
  }

  private CgroupStats.Memory memory() throws IOException {
    Path v1 = group.directoryV1("memory");
    if (v1 != null) {
      long limit = CgroupFiles.number(v1, "memory.limit_in_bytes", V1_UNLIMITED);
      return new CgroupStats.Memory(
          CgroupFiles.number(v1, "memory.usage_in_bytes", 0),
          CgroupFiles.number(v1, "memory.max_usage_in_bytes", 0),
          CgroupFiles.number(v1, "memory.failcnt", 0),
          limit >= V1_UNLIMITED ? CgroupStats.Memory.UNLIMITED : limit,
          CgroupFiles.table(v1, "memory.oom_control").getOrDefault("oom_kill", 0L),
          CgroupFiles.table(v1, "memory.stat"));
    }
    Path v2 = group.unified();
    Map<String, Long> events = CgroupFiles.table(v2, "memory.events");
    Map<String, Long> details = CgroupFiles.table(v2, "memory.stat");
    if (events.isEmpty() && details.isEmpty()) {
      return CgroupStats.Memory.NONE;
    }
    return new CgroupStats.Memory(
        CgroupFiles.number(v2, "memory.current", 0),
        CgroupFiles.number(v2, "memory.peak", 0), // since Linux 5.19
        events.getOrDefault("oom", 0L),
        CgroupFiles.number(v2, "memory.max", CgroupStats.Memory.UNLIMITED),
        events.getOrDefault("oom_kill", 0L),
        details);
  }

  private CgroupStats.Pids pids() throws IOException {
    Path v1 = group.directoryV1("pids");
    Path directory = v1 != null ? v1 : group.unified();
    return new CgroupStats.Pids(
        CgroupFiles.number(directory, "pids.current", 0),
        CgroupFiles.number(directory, "pids.max", 0));
  }

  private List<CgroupStats.Io> io(String v1Name, String readKey, String writeKey)
      throws IOException {
    Path v1 = group.directoryV1("blkio");
    if (v1 != null) {
      // The bfq files count only where that scheduler is in use, the others always.
      List<CgroupStats.Io> found = ioV1(v1, "blkio.throttle." + v1Name + "_recursive");
      return found.isEmpty() ? ioV1(v1, "blkio.bfq." + v1Name + "_recursive") : found;
    }
    return ioV2(readKey, writeKey);
  }

  private static List<CgroupStats.Io> ioV1(Path directory, String file) throws IOException {
    List<CgroupStats.Io> found = new ArrayList<>();
    for (String line : CgroupFiles.text(directory, file).orElse("").lines().toList()) {
      List<String> words = List.of(line.strip().split(" ", -1));
      long[] device = words.size() == 3 ? device(words.get(0)) : null;
      if (device != null) {
        long value = CgroupFiles.parse(words.get(2), 0);
        found.add(new CgroupStats.Io(device[0], device[1], words.get(1), value));
      }
    }
    return found;
  }

  private List<CgroupStats.Io> ioV2(String readKey, String writeKey) throws IOException {
    List<CgroupStats.Io> found = new ArrayList<>();
    for (String line : CgroupFiles.text(group.unified(), "io.stat").orElse("").lines().toList()) {
      List<String> words = List.of(line.strip().split(" ", -1));
      long[] device = device(words.get(0));
      for (String word : words) {
        int equals = word.indexOf('=');
        if (device != null && equals > 0) {
          String key = word.substring(0, equals);
          long value = CgroupFiles.parse(word.substring(equals + 1), 0);
          if (key.equals(readKey) || key.equals(writeKey)) {
            String operation = key.equals(readKey) ? "read" : "write";
            found.add(new CgroupStats.Io(device[0], device[1], operation, value));
          }
        }
      }
    }
    return found;
  }

  private static long @Nullable [] device(String text) {
    int colon = text.indexOf(':');
    return colon < 1
        ? null
        : new long[] {
          CgroupFiles.parse(text.substring(0, colon), 0),
          CgroupFiles.parse(text.substring(colon + 1), 0)
        };
  }
}
