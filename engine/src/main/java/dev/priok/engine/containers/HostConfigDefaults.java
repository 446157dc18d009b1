package dev.priok.engine.containers;

import dev.priok.engine.containers.spec.ContainerDefaults;
import dev.priok.engine.containers.spec.SystemPaths;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.api.container.RestartPolicy;
import dev.priok.model.api.container.Ulimit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fills in what a request left open, so that {@code docker inspect} shows what holds. */
final class HostConfigDefaults {
  private HostConfigDefaults() {}

  static HostConfig fill(@Nullable HostConfig given, boolean cgroupV2, ContainerDefaults defaults) {
    HostConfig from = given == null ? HostConfigBuilder.builder().build() : given;
    boolean privileged = Boolean.TRUE.equals(from.privileged());
    return HostConfigBuilder.builder(from)
        .networkMode(networkMode(from.networkMode()))
        .restartPolicy(restartPolicy(from.restartPolicy()))
        .shmSize(
            from.shmSize() == null || from.shmSize() == 0
                ? (Long) defaults.shmSize()
                : from.shmSize())
        .ipcMode(text(from.ipcMode(), defaults.ipcMode()))
        .pidMode(text(from.pidMode(), ""))
        .utsMode(text(from.utsMode(), ""))
        .usernsMode(text(from.usernsMode(), ""))
        .cgroupnsMode(text(from.cgroupnsMode(), cgroupnsMode(privileged, cgroupV2, defaults)))
        .runtime(runtime(text(from.runtime(), defaults.runtime())))
        .isolation(text(from.isolation(), ""))
        .cgroupParent(text(from.cgroupParent(), cgroupParent(defaults)))
        .containerIDFile(text(from.containerIDFile(), ""))
        .volumeDriver(text(from.volumeDriver(), ""))
        .cgroup(text(from.cgroup(), ""))
        .init((from.init() == null && defaults.init()) ? Boolean.TRUE : from.init())
        .maskedPaths(paths(from.maskedPaths(), privileged, SystemPaths.MASKED))
        .readonlyPaths(paths(from.readonlyPaths(), privileged, SystemPaths.READ_ONLY))
        .memorySwappiness(swappiness(from.memorySwappiness()))
        .ulimits(ulimits(from.ulimits()))
        .autoRemove(Boolean.TRUE.equals(from.autoRemove()))
        .privileged(privileged)
        .publishAllPorts(Boolean.TRUE.equals(from.publishAllPorts()))
        .readonlyRootfs(Boolean.TRUE.equals(from.readonlyRootfs()))
        .portBindings(from.portBindings() == null ? Map.of() : from.portBindings())
        .consoleSize(consoleSize(from.consoleSize()))
        .dns(from.dns() == null ? List.of() : from.dns())
        .dnsOptions(from.dnsOptions() == null ? List.of() : from.dnsOptions())
        .dnsSearch(from.dnsSearch() == null ? List.of() : from.dnsSearch())
        .oomScoreAdj(from.oomScoreAdj() == null ? (Integer) 0 : from.oomScoreAdj())
        .memory(orZero(from.memory()))
        .memoryReservation(orZero(from.memoryReservation()))
        .memorySwap(memorySwap(from))
        .nanoCpus(orZero(from.nanoCpus()))
        .cpuShares(orZero(from.cpuShares()))
        .cpuPeriod(orZero(from.cpuPeriod()))
        .cpuQuota(orZero(from.cpuQuota()))
        .cpusetCpus(text(from.cpusetCpus(), ""))
        .cpusetMems(text(from.cpusetMems(), ""))
        .build();
  }

  /** containerd's name for the runtime that Docker calls runc; clients copy it from Docker. */
  private static String runtime(String asked) {
    return asked.equals("io.containerd.runc.v2") ? "runc" : asked;
  }

  /** Docker unshares privileged containers on cgroup v2 only. */
  private static String cgroupnsMode(
      boolean privileged, boolean cgroupV2, ContainerDefaults defaults) {
    if (privileged && !cgroupV2) {
      return "host";
    }
    return text(defaults.cgroupnsMode(), cgroupV2 ? "private" : "host");
  }

  /** Written down where the daemon's option names one, so that another option moves nothing. */
  private static String cgroupParent(ContainerDefaults defaults) {
    String parent = defaults.cgroupParent();
    return parent.equals(ContainerDefaults.CGROUP_PARENT) ? "" : parent;
  }

  private static @Nullable List<String> paths(
      @Nullable List<String> asked, boolean privileged, List<String> usual) {
    return asked != null || privileged ? asked : usual;
  }

  /** -1 was the docker command's word for "not said". */
  private static @Nullable Long swappiness(@Nullable Long asked) {
    return asked == null || asked == -1 ? null : asked;
  }

  /** A limit that is left out is 0, as for Docker. */
  private static @Nullable List<Ulimit> ulimits(@Nullable List<Ulimit> asked) {
    return asked == null
        ? null
        : asked.stream()
            .map(u -> new Ulimit(text(u.name(), ""), orZero(u.soft()), orZero(u.hard())))
            .toList();
  }

  /** Height and width, whatever the number of numbers. */
  private static List<Integer> consoleSize(@Nullable List<Integer> asked) {
    List<Integer> size = asked == null ? List.of() : asked;
    return List.of(size.isEmpty() ? 0 : size.getFirst(), size.size() < 2 ? 0 : size.get(1));
  }

  /** With a memory limit and no word about swap, swap may be as large again (docker run --help). */
  private static Long memorySwap(HostConfig from) {
    long memory = from.memory() == null ? 0 : from.memory();
    long swap = from.memorySwap() == null ? 0 : from.memorySwap();
    return memory > 0 && swap == 0 ? memory * 2 : swap;
  }

  static String networkMode(@Nullable String given) {
    return given == null || given.isEmpty() || given.equals("default") ? "bridge" : given;
  }

  private static RestartPolicy restartPolicy(@Nullable RestartPolicy given) {
    if (given == null) {
      return new RestartPolicy("no", 0);
    }
    return new RestartPolicy(
        text(given.name(), "no"),
        given.maximumRetryCount() == null ? 0 : given.maximumRetryCount());
  }

  private static Long orZero(@Nullable Long value) {
    return value == null ? 0L : value;
  }

  private static String text(@Nullable String given, String otherwise) {
    return given == null || given.isEmpty() ? otherwise : given;
  }
}
