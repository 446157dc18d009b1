package dev.priok.model.api.system;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code SystemVersionComponent} of the Engine API; an absent field is null. */
@RecordBuilder
public record SystemVersionComponent(
    @Nullable String name, @Nullable String version, @Nullable Map<String, Object> details) {}
