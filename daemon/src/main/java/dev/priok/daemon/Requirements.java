package dev.priok.daemon;

import dev.priok.kernel.host.HostInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What must be there before anything is touched; all that is missing is named at once. */
final class Requirements {
  private static final List<Path> CONMON =
      List.of(
          Path.of("/usr/bin/conmon"),
          Path.of("/usr/local/bin/conmon"),
          Path.of("/usr/libexec/podman/conmon"));

  private Requirements() {}

  static void check() {
    List<String> missing = new ArrayList<>();
    if (!isRoot()) {
      throw new StartRefusedException(
          "priokd needs to be started with root privileges: it mounts, makes namespaces and"
              + " firewall rules");
    }
    if (CONMON.stream().noneMatch(Files::isExecutable)) {
      missing.add("the program conmon (package conmon)");
    }
    if (!Files.isDirectory(Path.of("/proc/self/ns"))) {
      missing.add("namespaces in the kernel, or /proc is not mounted");
    }
    if (!Files.isDirectory(Path.of("/sys/fs/cgroup"))) {
      missing.add("control groups: /sys/fs/cgroup is not mounted");
    }
    if (!HostInfo.hasSeccomp()) {
      missing.add("seccomp in the kernel (CONFIG_SECCOMP_FILTER)");
    }
    if (!missing.isEmpty()) {
      throw new StartRefusedException("this host lacks: " + String.join("; ", missing));
    }
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException e) {
      throw new StartRefusedException("/proc is not mounted: " + e.getMessage(), e);
    }
  }
}
