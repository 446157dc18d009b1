package dev.priok.model.api.exec;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code IDResponse} of the Engine API; an absent field is null. */
@RecordBuilder
public record IDResponse(@Nullable String id) {}
