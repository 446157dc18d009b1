package dev.priok.model.api.system;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code SystemInfoDefaultAddressPool} of the Engine API; an absent field is null. */
@RecordBuilder
public record SystemInfoDefaultAddressPool(@Nullable String base, @Nullable Integer size) {}
