package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ContainerWaitExitError} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerWaitExitError(@Nullable String message) {}
