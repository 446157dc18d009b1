package dev.priok.model.api.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code EndpointIPAMConfig} of the Engine API; an absent field is null. */
@RecordBuilder
public record EndpointIPAMConfig(
    @JsonProperty("IPv4Address") @Nullable String ipv4Address,
    @JsonProperty("IPv6Address") @Nullable String ipv6Address,
    @Nullable List<String> linkLocalIPs) {}
