package dev.priok.model.api.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code IPAMConfig} of the Engine API; an absent field is null. */
@RecordBuilder
public record IPAMConfig(
    @Nullable String subnet,
    @JsonProperty("IPRange") @Nullable String ipRange,
    @Nullable String gateway,
    @Nullable Map<String, String> auxiliaryAddresses) {}
