package dev.priok.model.api.image;

import dev.priok.model.api.container.HealthConfig;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code ImageConfig} of the Engine API; an absent field is null. */
@RecordBuilder
public record ImageConfig(
    @Nullable String user,
    @Nullable Map<String, Map<String, Object>> exposedPorts,
    @Nullable List<String> env,
    @Nullable List<String> cmd,
    @Nullable HealthConfig healthcheck,
    @Nullable Boolean argsEscaped,
    @Nullable Map<String, Map<String, Object>> volumes,
    @Nullable String workingDir,
    @Nullable List<String> entrypoint,
    @Nullable List<String> onBuild,
    @Nullable Map<String, String> labels,
    @Nullable String stopSignal,
    @Nullable List<String> shell) {}
