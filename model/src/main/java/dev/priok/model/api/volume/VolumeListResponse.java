package dev.priok.model.api.volume;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code VolumeListResponse} of the Engine API; an absent field is null. */
@RecordBuilder
public record VolumeListResponse(@Nullable List<Volume> volumes, @Nullable List<String> warnings) {}
