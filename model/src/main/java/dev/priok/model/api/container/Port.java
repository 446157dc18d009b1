package dev.priok.model.api.container;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code Port} of the Engine API; an absent field is null. */
@RecordBuilder
public record Port(
    @JsonProperty("IP") @Nullable String ip,
    @Nullable Integer privatePort,
    @Nullable Integer publicPort,
    @Nullable String type) {}
