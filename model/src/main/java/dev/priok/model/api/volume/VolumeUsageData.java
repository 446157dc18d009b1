package dev.priok.model.api.volume;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code VolumeUsageData} of the Engine API; an absent field is null. */
@RecordBuilder
public record VolumeUsageData(@Nullable Long size, @Nullable Long refCount) {}
