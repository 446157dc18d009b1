package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code MountTmpfsOptions} of the Engine API; an absent field is null. */
@RecordBuilder
public record MountTmpfsOptions(
    @Nullable Long sizeBytes, @Nullable Integer mode, @Nullable List<List<String>> options) {}
