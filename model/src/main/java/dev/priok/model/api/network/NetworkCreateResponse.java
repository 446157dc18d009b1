package dev.priok.model.api.network;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code NetworkCreateResponse} of the Engine API; an absent field is null. */
@RecordBuilder
public record NetworkCreateResponse(@Nullable String id, @Nullable String warning) {}
