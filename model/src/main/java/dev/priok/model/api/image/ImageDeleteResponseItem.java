package dev.priok.model.api.image;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ImageDeleteResponseItem} of the Engine API; an absent field is null. */
@RecordBuilder
public record ImageDeleteResponseItem(@Nullable String untagged, @Nullable String deleted) {}
