package dev.priok.model.api.network;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code IPAM} of the Engine API; an absent field is null. */
@RecordBuilder
public record IPAM(
    @Nullable String driver,
    @Nullable List<IPAMConfig> config,
    @Nullable Map<String, String> options) {}
