package dev.priok.kernel.host;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.PathText;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Facts about this machine, read when asked for. What the kernel does not say is false or empty.
 */
public final class HostInfo {
  private HostInfo() {}

  /**
   * uname(2).
   *
   * @param system {@code Linux}
   * @param node the host name
   * @param release of the kernel
   * @param version of its build
   * @param machine {@code x86_64}, {@code aarch64}
   */
  public record Uname(String system, String node, String release, String version, String machine) {}

  /** What the kernel says about itself. */
  public static Uname uname() throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      int field = 65;
      MemorySegment m = s.take(6L * field);
      LinuxException.check(s.call(SystemCall.UNAME, m.address()), SystemCall.UNAME, null);
      byte[] raw = m.toArray(JAVA_BYTE);
      String[] values = new String[5];
      for (int i = 0; i < values.length; i++) {
        int end = i * field;
        while (raw[end] != 0) {
          end++;
        }
        values[i] = PathText.decode(raw, i * field, end - i * field);
      }
      return new Uname(values[0], values[1], values[2], values[3], values[4]);
    }
  }

  /** Bytes of memory. */
  public static long memoryTotal() throws IOException {
    return memory("MemTotal");
  }

  /** Bytes of swap space. */
  public static long swapTotal() throws IOException {
    return memory("SwapTotal");
  }

  /** Processors that this process may use. */
  public static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** The values of os-release(5), such as {@code PRETTY_NAME} and {@code VERSION_ID}. */
  public static Map<String, String> osRelease() throws IOException {
    for (String place : new String[] {"/etc/os-release", "/usr/lib/os-release"}) {
      Path file = Path.of(place);
      if (Files.exists(file)) {
        return parseOsRelease(Files.readString(file));
      }
    }
    return Map.of();
  }

  /** Reads the lines {@code NAME="value"}. */
  static Map<String, String> parseOsRelease(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      int equals = line.indexOf('=');
      if (equals > 0 && !line.startsWith("#")) {
        values.put(line.substring(0, equals), unquote(line.substring(equals + 1).strip()));
      }
    }
    return values;
  }

  /** Whether the kernel has this file system now; it may yet load a module for it when mounting. */
  public static boolean hasFileSystem(String name) throws IOException {
    return Files.readString(Path.of("/proc/filesystems"))
        .lines()
        .anyMatch(line -> line.strip().equals(name) || line.endsWith("\t" + name));
  }

  /** Whether system calls can be filtered. */
  public static boolean hasSeccomp() {
    return Files.exists(Path.of("/proc/sys/kernel/seccomp/actions_avail"));
  }

  /** Whether AppArmor is on. */
  public static boolean hasAppArmor() {
    return content("/sys/module/apparmor/parameters/enabled").orElse("N").equals("Y");
  }

  /** Whether SELinux is on. */
  public static boolean hasSelinux() {
    return Files.exists(Path.of("/sys/fs/selinux/enforce"));
  }

  /** The names of the active security modules. */
  public static Set<String> securityModules() {
    Set<String> names = new TreeSet<>();
    content("/sys/kernel/security/lsm")
        .ifPresent(text -> {
          for (String name : text.split(",", -1)) {
            if (!name.isEmpty()) {
              names.add(name);
            }
          }
        });
    return names;
  }

  /** Whether the kernel passes IPv4 packets on between interfaces. */
  public static boolean forwardsIpv4() {
    return sysctl("net.ipv4.ip_forward").orElse("0").equals("1");
  }

  /** Whether there is IPv6. */
  public static boolean hasIpv6() {
    return Files.exists(Path.of("/proc/sys/net/ipv6"));
  }

  /** A kernel parameter by its name with dots; nothing if there is none. */
  public static Optional<String> sysctl(String name) {
    return content("/proc/sys/" + name.replace('.', '/'));
  }

  /** Seconds since the kernel started. */
  public static double uptimeSeconds() throws IOException {
    String text = Files.readString(Path.of("/proc/uptime"));
    return Double.parseDouble(text.substring(0, text.indexOf(' ')));
  }

  /** A name of this boot that no other has; records that die with a reboot carry it. */
  public static String bootId() throws IOException {
    return content("/proc/sys/kernel/random/boot_id")
        .orElseThrow(() -> new IOException("/proc/sys/kernel/random/boot_id cannot be read"));
  }

  /**
   * Processor time of the whole machine since it started, idle time included, in nanoseconds; what
   * the share of one group is computed against. Guest time is part of user time already, so only
   * the first seven columns of /proc/stat count, in ticks of 10 ms (USER_HZ is 100 on both
   * processors).
   */
  public static long processorTime() throws IOException {
    try (java.io.BufferedReader reader = Files.newBufferedReader(Path.of("/proc/stat"))) {
      String line = String.valueOf(reader.readLine());
      long ticks = 0;
      String[] words = line.trim().split("\\s+", -1);
      for (int i = 1; i <= 7 && i < words.length; i++) {
        ticks += Long.parseLong(words[i]);
      }
      return ticks * 10_000_000L;
    }
  }

  private static long memory(String key) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith(key + ":")) {
        String number = line.substring(key.length() + 1).replace("kB", "").strip();
        return Long.parseLong(number) * 1024;
      }
    }
    return 0;
  }

  /** The text of a small file; nothing if it is missing, or this kernel refuses to show it. */
  private static Optional<String> content(String file) {
    // In one large read: a parameter under /proc/sys gives its number to the first read alone, and
    // Files.readAllBytes begins with a read of one byte where the size is said to be 0.
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return Optional.of(new String(in.readNBytes(64 * 1024), StandardCharsets.UTF_8).strip());
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  private static String unquote(String text) {
    boolean quoted =
        text.length() >= 2
            && (text.charAt(0) == '"' || text.charAt(0) == '\'')
            && text.charAt(text.length() - 1) == text.charAt(0);
    String inner = quoted ? text.substring(1, text.length() - 1) : text;
    return inner
        .replace("\\\"", "\"")
        .replace("\\$", "$")
        .replace("\\`", "`")
        .replace("\\\\", "\\");
  }
}
