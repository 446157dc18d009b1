package dev.priok.model.api.network;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code EndpointSettings} of the Engine API; an absent field is null. */
@RecordBuilder
public record EndpointSettings(
    @JsonProperty("IPAMConfig") @Nullable EndpointIPAMConfig ipamConfig,
    @Nullable List<String> links,
    @Nullable String macAddress,
    // Present in every answer, with null for none: docker-py reads them by key.
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable List<String> aliases,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Map<String, String> driverOpts,
    @Nullable Long gwPriority,
    @Nullable String networkID,
    @Nullable String endpointID,
    @Nullable String gateway,
    @JsonProperty("IPAddress") @Nullable String ipAddress,
    @JsonProperty("IPPrefixLen") @Nullable Integer ipPrefixLen,
    @JsonProperty("IPv6Gateway") @Nullable String ipv6Gateway,
    @Nullable String globalIPv6Address,
    @Nullable Long globalIPv6PrefixLen,
    @JsonProperty("DNSNames") @Nullable List<String> dnsNames) {}
