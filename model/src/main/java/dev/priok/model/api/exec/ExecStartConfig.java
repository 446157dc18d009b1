package dev.priok.model.api.exec;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ExecStartConfig} of the Engine API; an absent field is null. */
@RecordBuilder
public record ExecStartConfig(
    @Nullable Boolean detach, @Nullable Boolean tty, @Nullable List<Integer> consoleSize) {}
