package dev.priok.model.api.stats;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ContainerStorageStats} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerStorageStats(
    @JsonProperty("read_count_normalized") @Nullable Long readCountNormalized,
    @JsonProperty("read_size_bytes") @Nullable Long readSizeBytes,
    @JsonProperty("write_count_normalized") @Nullable Long writeCountNormalized,
    @JsonProperty("write_size_bytes") @Nullable Long writeSizeBytes) {}
