package dev.priok.model.api.system;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code Runtime} of the Engine API; an absent field is null. */
@RecordBuilder
public record RuntimeInfo(
    @JsonProperty("path") @Nullable String path,
    @JsonProperty("runtimeArgs") @Nullable List<String> runtimeArgs,
    @JsonProperty("status") @Nullable Map<String, String> status) {}
