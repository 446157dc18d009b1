package dev.priok.model.api.system;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code IndexInfo} of the Engine API; an absent field is null. */
@RecordBuilder
public record IndexInfo(
    @Nullable String name,
    @Nullable List<String> mirrors,
    @Nullable Boolean secure,
    @Nullable Boolean official) {}
