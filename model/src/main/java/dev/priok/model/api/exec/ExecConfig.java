package dev.priok.model.api.exec;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ExecConfig} of the Engine API; an absent field is null. */
@RecordBuilder
public record ExecConfig(
    @Nullable Boolean attachStdin,
    @Nullable Boolean attachStdout,
    @Nullable Boolean attachStderr,
    @Nullable List<Integer> consoleSize,
    @Nullable String detachKeys,
    @Nullable Boolean tty,
    @Nullable List<String> env,
    @Nullable List<String> cmd,
    @Nullable Boolean privileged,
    @Nullable String user,
    @Nullable String workingDir) {}
