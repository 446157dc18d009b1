package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ContainerWaitResponse} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerWaitResponse(
    @Nullable Long statusCode, @Nullable ContainerWaitExitError error) {}
