package dev.priok.model.api.stats;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ContainerCPUStats} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerCPUStats(
    @JsonProperty("cpu_usage") @Nullable ContainerCPUUsage cpuUsage,
    @JsonProperty("system_cpu_usage") @Nullable Long systemCpuUsage,
    @JsonProperty("online_cpus") @Nullable Integer onlineCpus,
    @JsonProperty("throttling_data") @Nullable ContainerThrottlingData throttlingData) {}
