package dev.priok.engine.monitoring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What went through one network interface, from {@code /proc/PID/net/dev}: that file shows the
 * namespace of the process, so nothing has to be entered and no process to be started.
 */
public record InterfaceCounters(
    long rxBytes,
    long rxPackets,
    long rxErrors,
    long rxDropped,
    long txBytes,
    long txPackets,
    long txErrors,
    long txDropped) {

  /** By the interfaces' names, without loopback; none where the process is gone. */
  static Map<String, InterfaceCounters> ofProcess(int pid) throws IOException {
    try {
      return parse(
          new String(
              Files.readAllBytes(Path.of("/proc", Integer.toString(pid), "net", "dev")),
              StandardCharsets.UTF_8));
    } catch (NoSuchFileException gone) {
      return Map.of();
    } catch (IOException e) {
      // A process that is just ending: EINVAL for its namespace that is gone already.
      if (Files.exists(Path.of("/proc", Integer.toString(pid), "ns", "net"))) {
        throw e;
      }
      return Map.of();
    }
  }

  static Map<String, InterfaceCounters> parse(String table) {
    Map<String, InterfaceCounters> result = new TreeMap<>();
    for (String line : table.lines().toList()) {
      // "  eth0: 376 4 0 0 ...": the name may not hold a colon, the numbers may touch it.
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon).strip();
      if (name.isEmpty() || name.equals("lo")) {
        continue;
      }
      String[] f = line.substring(colon + 1).strip().split(" +", -1);
      result.put(
          name,
          new InterfaceCounters(
              number(f[0]),
              number(f[1]),
              number(f[2]),
              number(f[3]),
              number(f[8]),
              number(f[9]),
              number(f[10]),
              number(f[11])));
    }
    return result;
  }

  private static long number(String text) {
    return Long.parseUnsignedLong(text);
  }
}
