package dev.priok.engine.containers.spec;

import dev.priok.engine.containers.spec.HostFacts.Controllers;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the {@link HostFacts}; a handful of small files, read once at start. */
public final class ProbeHost {
  private static final Path CGROUP_ROOT = Path.of("/sys/fs/cgroup");

  private static final int LARGEST = 4096;

  /** Reads the facts. */
  public HostFacts probe() throws IOException {
    String release = text(Path.of("/proc/sys/kernel/osrelease"));
    boolean unified = Files.exists(CGROUP_ROOT.resolve("cgroup.controllers"));
    return new HostFacts(
        unified ? 2 : 1,
        architecture(),
        release,
        Integer.parseInt(text(Path.of("/proc/sys/kernel/cap_last_cap"))),
        boundingSet(),
        Files.exists(Path.of("/proc/sys/kernel/seccomp/actions_avail")),
        Files.isDirectory(Path.of("/sys/kernel/security/apparmor"))
            && Files.isExecutable(Path.of("/sbin/apparmor_parser")),
        SeccompProfile.KernelVersion.parse(release).atLeast("5.12"),
        Files.exists(Path.of("/proc/sys/net/ipv4/ping_group_range")),
        Files.exists(Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start")),
        Runtime.getRuntime().availableProcessors(),
        optional(Path.of("/sys/devices/system/cpu/online"), "0"),
        optional(Path.of("/sys/devices/system/node/online"), "0"),
        unified ? unifiedControllers() : legacyControllers());
  }

  /** CapBnd in proc(5), /proc/pid/status: a daemon in a container may itself lack some. */
  private static long boundingSet() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("CapBnd:")) {
        return Long.parseUnsignedLong(line.substring("CapBnd:".length()).strip(), 16);
      }
    }
    return -1;
  }

  private static Controllers unifiedControllers() throws IOException {
    Set<String> names = Set.of(text(CGROUP_ROOT.resolve("cgroup.controllers")).split("\\s+"));
    boolean memory = names.contains("memory");
    boolean cpu = names.contains("cpu");
    boolean io = names.contains("io");
    // cgroup v2 has neither swappiness, nor a switch for the OOM killer, nor realtime budgets
    // (Documentation/admin-guide/cgroup-v2.rst).
    return new Controllers(
        memory,
        memory,
        false,
        false,
        cpu,
        cpu,
        false,
        names.contains("cpuset"),
        names.contains("pids"),
        io,
        io,
        false);
  }

  private static Controllers legacyControllers() throws IOException {
    Map<String, Path> mounted = legacyMounts(Files.readAllLines(Path.of("/proc/self/mountinfo")));
    Path memory = mounted.get("memory");
    Path cpu = mounted.get("cpu");
    Path blkio = mounted.get("blkio");
    return new Controllers(
        memory != null,
        has(memory, "memory.memsw.limit_in_bytes"),
        has(memory, "memory.swappiness"),
        has(memory, "memory.oom_control"),
        has(cpu, "cpu.shares"),
        has(cpu, "cpu.cfs_quota_us"),
        has(cpu, "cpu.rt_runtime_us"),
        mounted.containsKey("cpuset"),
        mounted.containsKey("pids"),
        has(blkio, "blkio.weight") || has(blkio, "blkio.bfq.weight"),
        has(blkio, "blkio.throttle.read_bps_device"),
        has(memory, "memory.kmem.tcp.limit_in_bytes"));
  }

  /** Mount point of each v1 controller (proc(5), /proc/pid/mountinfo: options end the line). */
  static Map<String, Path> legacyMounts(List<String> mountinfo) {
    Map<String, Path> mounts = new HashMap<>();
    for (String line : mountinfo) {
      int dash = line.indexOf(" - cgroup ");
      if (dash < 0) {
        continue;
      }
      Path point = Path.of(line.split(" ", 6)[4]);
      String options = line.substring(line.lastIndexOf(' ') + 1);
      for (String option : new HashSet<>(List.of(options.split(",", -1)))) {
        mounts.putIfAbsent(option, point);
      }
    }
    return mounts;
  }

  /** The API's names for machines are Go's. */
  private static String architecture() {
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return switch (arch) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> arch;
    };
  }

  private static boolean has(@Nullable Path controller, String file) {
    return controller != null && Files.exists(controller.resolve(file));
  }

  /**
   * With one large read: the JDK's Files.readString begins with a single byte where the size is 0,
   * and the kernel gives a number under /proc/sys from its start only, so 40 would become 4.
   */
  private static String text(Path file) throws IOException {
    try (InputStream in = new FileInputStream(file.toFile())) {
      return new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8).strip();
    }
  }

  private static String optional(Path file, String otherwise) throws IOException {
    return Files.exists(file) ? text(file) : otherwise;
  }
}
