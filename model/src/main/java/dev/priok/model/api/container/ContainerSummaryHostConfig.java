package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code ContainerSummaryHostConfig} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerSummaryHostConfig(
    @Nullable String networkMode, @Nullable Map<String, String> annotations) {}
