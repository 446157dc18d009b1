package dev.priok.model.api.system;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code EventActor} of the Engine API; an absent field is null. */
@RecordBuilder
public record EventActor(
    @JsonProperty("ID") @Nullable String id, @Nullable Map<String, String> attributes) {}
