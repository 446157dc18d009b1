package dev.priok.daemon;

import dev.priok.engine.containers.ContainerLogs;
import dev.priok.engine.containers.spec.ContainerDefaults;
import dev.priok.engine.containers.spec.InitProgram;
import dev.priok.engine.system.HostFacts;
import dev.priok.engine.system.HostFacts.CgroupAbilities;
import dev.priok.host.runtime.OciRuntimes;
import dev.priok.kernel.cgroup.CgroupLayout;
import dev.priok.kernel.host.HostInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Looks at the host, for {@code docker info} and {@code docker version}. */
final class GatherHostFacts {
  private GatherHostFacts() {}

  static HostFacts gather(
      DaemonConfig config,
      Path root,
      CgroupLayout cgroups,
      OciRuntimes runtimes,
      ContainerLogs logs,
      dev.priok.engine.containers.spec.HostFacts spec,
      ContainerDefaults defaults)
      throws IOException {
    HostInfo.Uname uname = HostInfo.uname();
    Map<String, String> release = HostInfo.osRelease();
    Map<String, String> paths = new LinkedHashMap<>();
    runtimes.all().forEach((name, runtime) -> paths.put(name, runtime.path().toString()));
    CgroupAbilities can = abilities(cgroups, spec);
    return new HostFacts(
        daemonId(root),
        Version.number(),
        Version.buildTime(),
        "",
        uname.node(),
        uname.release(),
        release.getOrDefault("PRETTY_NAME", "Linux"),
        release.getOrDefault("VERSION_ID", ""),
        uname.machine(),
        HostInfo.processors(),
        HostInfo.memoryTotal(),
        Integer.toString(cgroups.version()),
        "cgroupfs",
        can,
        security(config, spec, defaults),
        root.toString(),
        config.debug() || config.logLevel().equals("debug"),
        config.liveRestore(),
        config.labels(),
        runtimes.defaultName(),
        paths,
        config.registries().insecure(),
        config.registries().mirrors(),
        config.registries().proxies(),
        config.authorizationPlugins(),
        logs.driverNames(),
        logs.defaultDriver(),
        InitProgram.name(defaults.initPath()),
        config.networks().iptables() ? "nftables" : "",
        warnings(can),
        config.experimental());
  }

  /** In Docker's words and order. */
  private static List<String> security(
      DaemonConfig config,
      dev.priok.engine.containers.spec.HostFacts spec,
      ContainerDefaults defaults) {
    List<String> result = new ArrayList<>();
    if (spec.apparmor()) {
      result.add("name=apparmor");
    }
    if (spec.seccomp()) {
      String profile = config.containers().seccompProfile();
      result.add("name=seccomp,profile=" + (profile == null ? "builtin" : profile));
    }
    if (!defaults.ids().isNone()) {
      result.add("name=userns");
    }
    String cgroupns = defaults.cgroupnsMode();
    if (cgroupns == null ? spec.cgroupVersion() == 2 : cgroupns.equals("private")) {
      result.add("name=cgroupns");
    }
    if (defaults.noNewPrivileges()) {
      result.add("name=no-new-privileges");
    }
    return result;
  }

  /** The daemon's id, made at its first start and kept with its data. */
  private static String daemonId(Path root) throws IOException {
    Path file = root.resolve("daemon-id");
    if (Files.exists(file)) {
      return Files.readString(file).strip();
    }
    String id = UUID.randomUUID().toString();
    Files.writeString(file, id + "\n");
    return id;
  }

  private static CgroupAbilities abilities(
      CgroupLayout cgroups, dev.priok.engine.containers.spec.HostFacts spec) {
    boolean v2 = cgroups.version() == 2;
    boolean memory = cgroups.has("memory");
    boolean swap =
        memory
            && (v2 || Files.exists(Path.of("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes")));
    return new CgroupAbilities(
        memory,
        swap,
        cgroups.has("cpu"),
        cgroups.has("cpu"),
        cgroups.has("cpuset"),
        cgroups.has("pids"),
        memory && !v2,
        spec.controllers().kernelMemoryTcp());
  }

  private static List<String> warnings(CgroupAbilities can) {
    List<String> result = new ArrayList<>();
    if (!can.memory()) {
      result.add("WARNING: No memory limit support");
    }
    if (!can.swap()) {
      result.add("WARNING: No swap limit support");
    }
    if (!can.cpuQuota()) {
      result.add("WARNING: No cpu cfs quota support");
    }
    if (!can.cpuShares()) {
      result.add("WARNING: No cpu shares support");
    }
    if (!can.cpuset()) {
      result.add("WARNING: No cpuset support");
    }
    if (!can.pids()) {
      result.add("WARNING: No pids limit support");
    }
    return result;
  }
}
