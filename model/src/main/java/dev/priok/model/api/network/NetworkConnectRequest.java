package dev.priok.model.api.network;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code NetworkConnectRequest} of the Engine API; an absent field is null. */
@RecordBuilder
public record NetworkConnectRequest(
    @Nullable String container, @Nullable EndpointSettings endpointConfig) {}
