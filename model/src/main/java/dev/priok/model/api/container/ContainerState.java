package dev.priok.model.api.container;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ContainerState} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerState(
    @Nullable String status,
    @Nullable Boolean running,
    @Nullable Boolean paused,
    @Nullable Boolean restarting,
    @JsonProperty("OOMKilled") @Nullable Boolean oomKilled,
    @Nullable Boolean dead,
    @Nullable Integer pid,
    @Nullable Integer exitCode,
    @Nullable String error,
    @Nullable String startedAt,
    @Nullable String finishedAt,
    @Nullable Health health) {}
