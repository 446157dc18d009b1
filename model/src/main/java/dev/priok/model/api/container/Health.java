package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code Health} of the Engine API; an absent field is null. */
@RecordBuilder
public record Health(
    @Nullable String status,
    @Nullable Integer failingStreak,
    @Nullable List<HealthcheckResult> log) {}
