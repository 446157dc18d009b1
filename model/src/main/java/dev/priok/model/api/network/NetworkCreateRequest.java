package dev.priok.model.api.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code NetworkCreateRequest} of the Engine API; an absent field is null. */
@RecordBuilder
public record NetworkCreateRequest(
    @Nullable String name,
    @Nullable String driver,
    @Nullable String scope,
    @Nullable Boolean internal,
    @Nullable Boolean attachable,
    @Nullable Boolean ingress,
    @Nullable Boolean configOnly,
    @Nullable ConfigReference configFrom,
    @JsonProperty("IPAM") @Nullable IPAM ipam,
    @Nullable Boolean enableIPv4,
    @Nullable Boolean enableIPv6,
    @Nullable Map<String, String> options,
    @Nullable Map<String, String> labels) {}
