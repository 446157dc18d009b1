package dev.priok.model.api.image;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code DistributionInspect} of the Engine API; an absent field is null. */
@RecordBuilder
public record DistributionInspect(
    @Nullable OCIDescriptor descriptor, @Nullable List<OCIPlatform> platforms) {}
