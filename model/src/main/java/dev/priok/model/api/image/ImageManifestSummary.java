package dev.priok.model.api.image;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ImageManifestSummary} of the Engine API; an absent field is null. */
@RecordBuilder
public record ImageManifestSummary(
    @JsonProperty("ID") @Nullable String id,
    @Nullable OCIDescriptor descriptor,
    @Nullable Boolean available,
    @Nullable ImageManifestSummarySize size,
    @Nullable String kind,
    @Nullable ImageManifestSummaryImageData imageData,
    @Nullable ImageManifestSummaryAttestationData attestationData) {}
