package dev.priok.model.api.stats;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ContainerPidsStats} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerPidsStats(
    @JsonProperty("current") @Nullable Long current, @JsonProperty("limit") @Nullable Long limit) {}
