package dev.priok.model.api.volume;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code VolumePruneResponse} of the Engine API; an absent field is null. */
@RecordBuilder
public record VolumePruneResponse(
    @Nullable List<String> volumesDeleted, @Nullable Long spaceReclaimed) {}
