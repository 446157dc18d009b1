package dev.priok.model.api.image;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ImageManifestSummaryImageData} of the Engine API; an absent field is null. */
@RecordBuilder
public record ImageManifestSummaryImageData(
    @Nullable OCIPlatform platform,
    @Nullable List<String> containers,
    @Nullable ImageManifestSummaryImageDataSize size) {}
