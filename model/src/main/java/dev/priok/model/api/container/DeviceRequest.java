package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code DeviceRequest} of the Engine API; an absent field is null. */
@RecordBuilder
public record DeviceRequest(
    @Nullable String driver,
    @Nullable Integer count,
    @Nullable List<String> deviceIDs,
    @Nullable List<List<String>> capabilities,
    @Nullable Map<String, String> options) {}
