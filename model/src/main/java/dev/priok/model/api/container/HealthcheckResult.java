package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code HealthcheckResult} of the Engine API; an absent field is null. */
@RecordBuilder
public record HealthcheckResult(
    @Nullable String start,
    @Nullable String end,
    @Nullable Integer exitCode,
    @Nullable String output) {}
