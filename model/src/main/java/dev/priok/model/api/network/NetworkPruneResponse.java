package dev.priok.model.api.network;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code NetworkPruneResponse} of the Engine API; an absent field is null. */
@RecordBuilder
public record NetworkPruneResponse(@Nullable List<String> networksDeleted) {}
