package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code Mount} of the Engine API; an absent field is null. */
@RecordBuilder
public record Mount(
    @Nullable String target,
    @Nullable String source,
    @Nullable String type,
    @Nullable Boolean readOnly,
    @Nullable String consistency,
    @Nullable MountBindOptions bindOptions,
    @Nullable MountVolumeOptions volumeOptions,
    @Nullable MountImageOptions imageOptions,
    @Nullable MountTmpfsOptions tmpfsOptions) {}
