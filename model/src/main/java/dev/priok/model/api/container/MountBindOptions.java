package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code MountBindOptions} of the Engine API; an absent field is null. */
@RecordBuilder
public record MountBindOptions(
    @Nullable String propagation,
    @Nullable Boolean nonRecursive,
    @Nullable Boolean createMountpoint,
    @Nullable Boolean readOnlyNonRecursive,
    @Nullable Boolean readOnlyForceRecursive) {}
