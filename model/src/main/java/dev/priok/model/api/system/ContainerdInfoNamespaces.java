package dev.priok.model.api.system;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ContainerdInfoNamespaces} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerdInfoNamespaces(@Nullable String containers, @Nullable String plugins) {}
