package dev.priok.model.api.system;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code AuthResponse} of the Engine API; an absent field is null. */
@RecordBuilder
public record AuthResponse(@Nullable String status, @Nullable String identityToken) {}
