package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ThrottleDevice} of the Engine API; an absent field is null. */
@RecordBuilder
public record ThrottleDevice(@Nullable String path, @Nullable Long rate) {}
