package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code MountVolumeOptions} of the Engine API; an absent field is null. */
@RecordBuilder
public record MountVolumeOptions(
    @Nullable Boolean noCopy,
    @Nullable Map<String, String> labels,
    @Nullable MountVolumeOptionsDriverConfig driverConfig,
    @Nullable String subpath) {}
