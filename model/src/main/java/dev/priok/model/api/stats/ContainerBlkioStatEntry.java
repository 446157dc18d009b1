package dev.priok.model.api.stats;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ContainerBlkioStatEntry} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerBlkioStatEntry(
    @JsonProperty("major") @Nullable Long major,
    @JsonProperty("minor") @Nullable Long minor,
    @JsonProperty("op") @Nullable String op,
    @JsonProperty("value") @Nullable Long value) {}
