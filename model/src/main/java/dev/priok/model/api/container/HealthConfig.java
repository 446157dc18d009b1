package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code HealthConfig} of the Engine API; an absent field is null. */
@RecordBuilder
public record HealthConfig(
    @Nullable List<String> test,
    @Nullable Long interval,
    @Nullable Long timeout,
    @Nullable Integer retries,
    @Nullable Long startPeriod,
    @Nullable Long startInterval) {}
