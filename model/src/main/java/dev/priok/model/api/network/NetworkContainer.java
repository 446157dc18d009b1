package dev.priok.model.api.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code NetworkContainer} of the Engine API; an absent field is null. */
@RecordBuilder
public record NetworkContainer(
    @Nullable String name,
    @Nullable String endpointID,
    @Nullable String macAddress,
    @JsonProperty("IPv4Address") @Nullable String ipv4Address,
    @JsonProperty("IPv6Address") @Nullable String ipv6Address) {}
