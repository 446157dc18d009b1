package dev.priok.model.api.volume;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code Volume} of the Engine API; an absent field is null. */
@RecordBuilder
public record Volume(
    @Nullable String name,
    @Nullable String driver,
    @Nullable String mountpoint,
    @Nullable String createdAt,
    @Nullable Map<String, Object> status,
    @Nullable Map<String, String> labels,
    @Nullable String scope,
    @Nullable Map<String, String> options,
    @Nullable VolumeUsageData usageData) {}
