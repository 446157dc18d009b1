package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ContainerPruneResponse} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerPruneResponse(
    @Nullable List<String> containersDeleted, @Nullable Long spaceReclaimed) {}
