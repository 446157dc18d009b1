package dev.priok.model.api.image;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ImagePruneResponse} of the Engine API; an absent field is null. */
@RecordBuilder
public record ImagePruneResponse(
    @Nullable List<ImageDeleteResponseItem> imagesDeleted, @Nullable Long spaceReclaimed) {}
