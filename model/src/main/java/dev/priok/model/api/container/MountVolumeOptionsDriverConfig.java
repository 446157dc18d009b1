package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code MountVolumeOptionsDriverConfig} of the Engine API; an absent field is null. */
@RecordBuilder
public record MountVolumeOptionsDriverConfig(
    @Nullable String name, @Nullable Map<String, String> options) {}
