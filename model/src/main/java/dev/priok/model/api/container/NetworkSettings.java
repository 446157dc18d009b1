package dev.priok.model.api.container;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.priok.model.api.network.EndpointSettings;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code NetworkSettings} of the Engine API; an absent field is null. */
@RecordBuilder
public record NetworkSettings(
    @Nullable String bridge,
    @Nullable String sandboxID,
    @Nullable Boolean hairpinMode,
    @Nullable String linkLocalIPv6Address,
    @Nullable Integer linkLocalIPv6PrefixLen,
    @Nullable Map<String, @Nullable List<PortBinding>> ports,
    @Nullable String sandboxKey,
    @Nullable List<Address> secondaryIPAddresses,
    @Nullable List<Address> secondaryIPv6Addresses,
    @Nullable String endpointID,
    @Nullable String gateway,
    @Nullable String globalIPv6Address,
    @Nullable Integer globalIPv6PrefixLen,
    @JsonProperty("IPAddress") @Nullable String ipAddress,
    @JsonProperty("IPPrefixLen") @Nullable Integer ipPrefixLen,
    @JsonProperty("IPv6Gateway") @Nullable String ipv6Gateway,
    @Nullable String macAddress,
    @Nullable Map<String, EndpointSettings> networks) {}
