package dev.priok.model.api.system;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code DeviceInfo} of the Engine API; an absent field is null. */
@RecordBuilder
public record DeviceInfo(@Nullable String source, @JsonProperty("ID") @Nullable String id) {}
