package dev.priok.engine.containers;

import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.api.container.RestartPolicy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fills in what a request left open, so that {@code docker inspect} shows what holds. */
final class HostConfigDefaults {
  /** Size of /dev/shm in bytes where nobody asks for another: 64 MiB, as Docker. */
  private static final long SHM_SIZE = 64L << 20;

  private HostConfigDefaults() {}

  static HostConfig fill(@Nullable HostConfig given, boolean cgroupV2, String defaultRuntime) {
    HostConfig from = given == null ? HostConfigBuilder.builder().build() : given;
    boolean privileged = Boolean.TRUE.equals(from.privileged());
    return HostConfigBuilder.builder(from)
        .networkMode(networkMode(from.networkMode()))
        .restartPolicy(restartPolicy(from.restartPolicy()))
        .shmSize(from.shmSize() == null || from.shmSize() == 0 ? (Long) SHM_SIZE : from.shmSize())
        .ipcMode(text(from.ipcMode(), "private"))
        .pidMode(text(from.pidMode(), ""))
        .utsMode(text(from.utsMode(), ""))
        .usernsMode(text(from.usernsMode(), ""))
        .cgroupnsMode(text(from.cgroupnsMode(), cgroupV2 && !privileged ? "private" : "host"))
        .runtime(text(from.runtime(), defaultRuntime))
        .isolation(text(from.isolation(), ""))
        .cgroupParent(text(from.cgroupParent(), ""))
        .containerIDFile(text(from.containerIDFile(), ""))
        .volumeDriver(text(from.volumeDriver(), ""))
        .cgroup("")
        .autoRemove(Boolean.TRUE.equals(from.autoRemove()))
        .privileged(privileged)
        .publishAllPorts(Boolean.TRUE.equals(from.publishAllPorts()))
        .readonlyRootfs(Boolean.TRUE.equals(from.readonlyRootfs()))
        .portBindings(from.portBindings() == null ? Map.of() : from.portBindings())
        .consoleSize(from.consoleSize() == null ? List.of(0, 0) : from.consoleSize())
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
    if (given == null || given.name() == null || given.name().isEmpty()) {
      return new RestartPolicy("no", 0);
    }
    return new RestartPolicy(
        given.name(), given.maximumRetryCount() == null ? 0 : given.maximumRetryCount());
  }

  private static Long orZero(@Nullable Long value) {
    return value == null ? 0L : value;
  }

  private static String text(@Nullable String given, String otherwise) {
    return given == null || given.isEmpty() ? otherwise : given;
  }
}
