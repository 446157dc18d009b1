package dev.priok.model.api.stats;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ContainerCPUUsage} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerCPUUsage(
    @JsonProperty("total_usage") @Nullable Long totalUsage,
    @JsonProperty("percpu_usage") @Nullable List<Long> percpuUsage,
    @JsonProperty("usage_in_kernelmode") @Nullable Long usageInKernelmode,
    @JsonProperty("usage_in_usermode") @Nullable Long usageInUsermode) {}
