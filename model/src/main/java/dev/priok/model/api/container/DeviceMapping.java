package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code DeviceMapping} of the Engine API; an absent field is null. */
@RecordBuilder
public record DeviceMapping(
    @Nullable String pathOnHost,
    @Nullable String pathInContainer,
    @Nullable String cgroupPermissions) {}
