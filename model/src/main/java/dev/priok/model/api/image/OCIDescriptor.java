package dev.priok.model.api.image;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code OCIDescriptor} of the Engine API; an absent field is null. */
@RecordBuilder
public record OCIDescriptor(
    @JsonProperty("mediaType") @Nullable String mediaType,
    @JsonProperty("digest") @Nullable String digest,
    @JsonProperty("size") @Nullable Long size,
    @JsonProperty("urls") @Nullable List<String> urls,
    @JsonProperty("annotations") @Nullable Map<String, String> annotations,
    @JsonProperty("data") @Nullable String data,
    @JsonProperty("platform") @Nullable OCIPlatform platform,
    @JsonProperty("artifactType") @Nullable String artifactType) {}
