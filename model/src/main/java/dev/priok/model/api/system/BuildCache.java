package dev.priok.model.api.system;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code BuildCache} of the Engine API; an absent field is null. */
@RecordBuilder
public record BuildCache(
    @JsonProperty("ID") @Nullable String id,
    @Nullable List<String> parents,
    @Nullable String type,
    @Nullable String description,
    @Nullable Boolean inUse,
    @Nullable Boolean shared,
    @Nullable Integer size,
    @Nullable String createdAt,
    @Nullable String lastUsedAt,
    @Nullable Integer usageCount) {}
