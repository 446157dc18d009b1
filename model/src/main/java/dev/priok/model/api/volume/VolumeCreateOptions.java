package dev.priok.model.api.volume;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code VolumeCreateOptions} of the Engine API; an absent field is null. */
@RecordBuilder
public record VolumeCreateOptions(
    @Nullable String name,
    @Nullable String driver,
    @Nullable Map<String, String> driverOpts,
    @Nullable Map<String, String> labels) {}
