package dev.priok.model.api.image;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code ImageSummary} of the Engine API; an absent field is null. */
@RecordBuilder
public record ImageSummary(
    @Nullable String id,
    @Nullable String parentId,
    @Nullable List<String> repoTags,
    @Nullable List<String> repoDigests,
    @Nullable Integer created,
    @Nullable Long size,
    @Nullable Long sharedSize,
    @Nullable Map<String, String> labels,
    @Nullable Integer containers,
    @Nullable List<ImageManifestSummary> manifests,
    @Nullable OCIDescriptor descriptor) {}
