package dev.priok.model.api.container;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code MountPoint} of the Engine API; an absent field is null. */
@RecordBuilder
public record MountPoint(
    @Nullable String type,
    @Nullable String name,
    @Nullable String source,
    @Nullable String destination,
    @Nullable String driver,
    @Nullable String mode,
    @JsonProperty("RW") @Nullable Boolean rw,
    @Nullable String propagation) {}
