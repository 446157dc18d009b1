package dev.priok.model.api.stats;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ContainerThrottlingData} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerThrottlingData(
    @JsonProperty("periods") @Nullable Long periods,
    @JsonProperty("throttled_periods") @Nullable Long throttledPeriods,
    @JsonProperty("throttled_time") @Nullable Long throttledTime) {}
