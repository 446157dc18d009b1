package dev.priok.model.api.exec;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code ExecInspectResponse} of the Engine API; an absent field is null. */
@RecordBuilder
public record ExecInspectResponse(
    @Nullable Boolean canRemove,
    @Nullable String detachKeys,
    @JsonProperty("ID") @Nullable String id,
    @Nullable Boolean running,
    @Nullable Integer exitCode,
    @Nullable ProcessConfig processConfig,
    @Nullable Boolean openStdin,
    @Nullable Boolean openStderr,
    @Nullable Boolean openStdout,
    @Nullable String containerID,
    @Nullable Integer pid) {}
