package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code RestartPolicy} of the Engine API; an absent field is null. */
@RecordBuilder
public record RestartPolicy(@Nullable String name, @Nullable Integer maximumRetryCount) {}
