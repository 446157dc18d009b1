package dev.priok.model.api.image;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ImageInspectMetadata} of the Engine API; an absent field is null. */
@RecordBuilder
public record ImageInspectMetadata(@Nullable String lastTagTime) {}
