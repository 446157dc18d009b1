package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /containers/{id}/checkpoints}. */
@RecordBuilder
public record CheckpointCreateRequest(
    @Nullable String checkpointID, @Nullable String checkpointDir, @Nullable Boolean exit) {}
