package dev.priok.model.api.system;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code PluginsInfo} of the Engine API; an absent field is null. */
@RecordBuilder
public record PluginsInfo(
    @Nullable List<String> volume,
    @Nullable List<String> network,
    @Nullable List<String> authorization,
    @Nullable List<String> log) {}
