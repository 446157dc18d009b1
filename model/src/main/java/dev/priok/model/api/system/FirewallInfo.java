package dev.priok.model.api.system;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code FirewallInfo} of the Engine API; an absent field is null. */
@RecordBuilder
public record FirewallInfo(@Nullable String driver, @Nullable List<List<String>> info) {}
