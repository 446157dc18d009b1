package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code LogConfig} of the Engine API; an absent field is null. */
@RecordBuilder
public record LogConfig(@Nullable String type, @Nullable Map<String, String> config) {}
