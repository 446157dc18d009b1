package dev.priok.model.api.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code PeerInfo} of the Engine API; an absent field is null. */
@RecordBuilder
public record PeerInfo(@Nullable String name, @JsonProperty("IP") @Nullable String ip) {}
