package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ContainerTopResponse} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerTopResponse(
    @Nullable List<String> titles, @Nullable List<List<String>> processes) {}
