package dev.priok.model.api.stats;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code ContainerMemoryStats} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerMemoryStats(
    @JsonProperty("usage") @Nullable Long usage,
    @JsonProperty("max_usage") @Nullable Long maxUsage,
    @JsonProperty("stats") @Nullable Map<String, Long> stats,
    @JsonProperty("failcnt") @Nullable Long failcnt,
    @JsonProperty("limit") @Nullable Long limit,
    @JsonProperty("commitbytes") @Nullable Long commitbytes,
    @JsonProperty("commitpeakbytes") @Nullable Long commitpeakbytes,
    @JsonProperty("privateworkingset") @Nullable Long privateworkingset) {}
