package dev.priok.model.api.image;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code OCIPlatform} of the Engine API; an absent field is null. */
@RecordBuilder
public record OCIPlatform(
    @JsonProperty("architecture") @Nullable String architecture,
    @JsonProperty("os") @Nullable String os,
    @JsonProperty("os.version") @Nullable String osVersion,
    @JsonProperty("os.features") @Nullable List<String> osFeatures,
    @JsonProperty("variant") @Nullable String variant) {}
