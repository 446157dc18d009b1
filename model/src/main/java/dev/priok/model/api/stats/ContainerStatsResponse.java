package dev.priok.model.api.stats;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code ContainerStatsResponse} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerStatsResponse(
    @JsonProperty("name") @Nullable String name,
    @JsonProperty("id") @Nullable String id,
    @JsonProperty("read") @Nullable String read,
    @JsonProperty("preread") @Nullable String preread,
    @JsonProperty("pids_stats") @Nullable ContainerPidsStats pidsStats,
    @JsonProperty("blkio_stats") @Nullable ContainerBlkioStats blkioStats,
    @JsonProperty("num_procs") @Nullable Integer numProcs,
    @JsonProperty("storage_stats") @Nullable ContainerStorageStats storageStats,
    @JsonProperty("cpu_stats") @Nullable ContainerCPUStats cpuStats,
    @JsonProperty("precpu_stats") @Nullable ContainerCPUStats precpuStats,
    @JsonProperty("memory_stats") @Nullable ContainerMemoryStats memoryStats,
    @JsonProperty("networks") @Nullable Map<String, ContainerNetworkStats> networks) {}
