package dev.priok.model.api.exec;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ProcessConfig} of the Engine API; an absent field is null. */
@RecordBuilder
public record ProcessConfig(
    @JsonProperty("privileged") @Nullable Boolean privileged,
    @JsonProperty("user") @Nullable String user,
    @JsonProperty("tty") @Nullable Boolean tty,
    @JsonProperty("entrypoint") @Nullable String entrypoint,
    @JsonProperty("arguments") @Nullable List<String> arguments) {}
