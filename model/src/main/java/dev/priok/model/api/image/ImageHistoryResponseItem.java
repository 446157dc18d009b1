package dev.priok.model.api.image;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ImageHistoryResponseItem} of the Engine API; an absent field is null. */
@RecordBuilder
public record ImageHistoryResponseItem(
    @Nullable String id,
    @Nullable Long created,
    @Nullable String createdBy,
    @Nullable List<String> tags,
    @Nullable Long size,
    @Nullable String comment) {}
