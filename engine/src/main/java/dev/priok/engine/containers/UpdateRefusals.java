package dev.priok.engine.containers;

import dev.priok.model.api.container.ContainerUpdateRequest;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.error.EngineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an update cannot change. Docker drops these fields without a word; a user who sends one
 * believes that it holds.
 */
final class UpdateRefusals {
  private UpdateRefusals() {}

  static void check(ContainerUpdateRequest request, HostConfig present) {
    refuse("BlkioWeightDevice", some(request.blkioWeightDevice()));
    refuse("BlkioDeviceReadBps", some(request.blkioDeviceReadBps()));
    refuse("BlkioDeviceWriteBps", some(request.blkioDeviceWriteBps()));
    refuse("BlkioDeviceReadIOps", some(request.blkioDeviceReadIOps()));
    refuse("BlkioDeviceWriteIOps", some(request.blkioDeviceWriteIOps()));
    refuse(
        "MemorySwappiness", request.memorySwappiness() != null && request.memorySwappiness() != -1);
    refuse("CgroupParent", request.cgroupParent() != null && !request.cgroupParent().isEmpty());
    refuse("Devices", some(request.devices()));
    refuse("DeviceCgroupRules", some(request.deviceCgroupRules()));
    refuse("DeviceRequests", some(request.deviceRequests()));
    refuse("Ulimits", some(request.ulimits()));
    refuse("Init", differs(request.init(), present.init()));
    refuse("OomKillDisable", differs(request.oomKillDisable(), present.oomKillDisable()));
    refuse("KernelMemoryTCP", some(request.kernelMemoryTCP()));
    refuse("CpuCount", some(request.cpuCount()));
    refuse("CpuPercent", some(request.cpuPercent()));
    refuse("IOMaximumIOps", some(request.ioMaximumIOps()));
    refuse("IOMaximumBandwidth", some(request.ioMaximumBandwidth()));
  }

  private static void refuse(String field, boolean asked) {
    if (asked) {
      throw EngineException.notImplemented(
          "%s cannot be changed for a container that exists; create another one", field);
    }
  }

  private static boolean differs(@Nullable Boolean asked, @Nullable Boolean present) {
    return asked != null && !asked.equals(Boolean.TRUE.equals(present));
  }

  private static boolean some(@Nullable List<?> list) {
    return list != null && !list.isEmpty();
  }

  private static boolean some(@Nullable Long number) {
    return number != null && number != 0;
  }
}
