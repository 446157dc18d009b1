package dev.priok.model.api.container;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code Ulimit} of the Engine API; an absent field is null. */
@RecordBuilder
public record Ulimit(@Nullable String name, @Nullable Long soft, @Nullable Long hard) {}
