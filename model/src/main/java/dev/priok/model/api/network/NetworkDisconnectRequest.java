package dev.priok.model.api.network;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code NetworkDisconnectRequest} of the Engine API; an absent field is null. */
@RecordBuilder
public record NetworkDisconnectRequest(@Nullable String container, @Nullable Boolean force) {}
