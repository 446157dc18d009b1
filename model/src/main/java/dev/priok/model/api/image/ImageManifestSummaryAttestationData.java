package dev.priok.model.api.image;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ImageManifestSummaryAttestationData} of the Engine API; an absent field is null. */
@RecordBuilder
public record ImageManifestSummaryAttestationData(@JsonProperty("For") @Nullable String subject) {}
