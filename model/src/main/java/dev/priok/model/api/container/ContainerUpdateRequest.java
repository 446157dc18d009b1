package dev.priok.model.api.container;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ContainerUpdateRequest} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerUpdateRequest(
    @Nullable Long cpuShares,
    @Nullable Long memory,
    @Nullable String cgroupParent,
    @Nullable Long blkioWeight,
    @Nullable List<WeightDevice> blkioWeightDevice,
    @Nullable List<ThrottleDevice> blkioDeviceReadBps,
    @Nullable List<ThrottleDevice> blkioDeviceWriteBps,
    @Nullable List<ThrottleDevice> blkioDeviceReadIOps,
    @Nullable List<ThrottleDevice> blkioDeviceWriteIOps,
    @Nullable Long cpuPeriod,
    @Nullable Long cpuQuota,
    @Nullable Long cpuRealtimePeriod,
    @Nullable Long cpuRealtimeRuntime,
    @Nullable String cpusetCpus,
    @Nullable String cpusetMems,
    @Nullable List<DeviceMapping> devices,
    @Nullable List<String> deviceCgroupRules,
    @Nullable List<DeviceRequest> deviceRequests,
    @Nullable Long kernelMemoryTCP,
    @Nullable Long memoryReservation,
    @Nullable Long memorySwap,
    @Nullable Long memorySwappiness,
    @Nullable Long nanoCpus,
    @Nullable Boolean oomKillDisable,
    @Nullable Boolean init,
    @Nullable Long pidsLimit,
    @Nullable List<Ulimit> ulimits,
    @Nullable Long cpuCount,
    @Nullable Long cpuPercent,
    @JsonProperty("IOMaximumIOps") @Nullable Long ioMaximumIOps,
    @JsonProperty("IOMaximumBandwidth") @Nullable Long ioMaximumBandwidth,
    @Nullable RestartPolicy restartPolicy) {}
