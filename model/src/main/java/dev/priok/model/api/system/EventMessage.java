package dev.priok.model.api.system;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code EventMessage} of the Engine API; an absent field is null. */
@RecordBuilder
public record EventMessage(
    @Nullable String type,
    @Nullable String action,
    @Nullable EventActor actor,
    @JsonProperty("scope") @Nullable String scope,
    @JsonProperty("time") @Nullable Long time,
    @JsonProperty("timeNano") @Nullable Long timeNano) {}
