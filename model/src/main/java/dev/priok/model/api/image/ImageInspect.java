package dev.priok.model.api.image;

import dev.priok.model.api.container.DriverData;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ImageInspect} of the Engine API; an absent field is null. */
@RecordBuilder
public record ImageInspect(
    @Nullable String id,
    @Nullable OCIDescriptor descriptor,
    @Nullable List<ImageManifestSummary> manifests,
    @Nullable List<String> repoTags,
    @Nullable List<String> repoDigests,
    @Nullable String parent,
    @Nullable String comment,
    @Nullable String created,
    @Nullable String dockerVersion,
    @Nullable String author,
    @Nullable ImageConfig config,
    @Nullable String architecture,
    @Nullable String variant,
    @Nullable String os,
    @Nullable String osVersion,
    @Nullable Long size,
    @Nullable DriverData graphDriver,
    @Nullable ImageInspectRootFS rootFS,
    @Nullable ImageInspectMetadata metadata) {}
