package dev.priok.model.api.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code Network} of the Engine API; an absent field is null. */
@RecordBuilder
public record Network(
    @Nullable String name,
    @Nullable String id,
    @Nullable String created,
    @Nullable String scope,
    @Nullable String driver,
    @Nullable Boolean enableIPv4,
    @Nullable Boolean enableIPv6,
    @JsonProperty("IPAM") @Nullable IPAM ipam,
    @Nullable Boolean internal,
    @Nullable Boolean attachable,
    @Nullable Boolean ingress,
    @Nullable ConfigReference configFrom,
    @Nullable Boolean configOnly,
    @Nullable Map<String, NetworkContainer> containers,
    @Nullable Map<String, String> options,
    @Nullable Map<String, String> labels,
    @Nullable List<PeerInfo> peers) {}
