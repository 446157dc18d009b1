package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ContainerCreateResponse} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerCreateResponse(@Nullable String id, @Nullable List<String> warnings) {}
