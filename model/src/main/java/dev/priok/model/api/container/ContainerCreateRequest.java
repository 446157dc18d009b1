package dev.priok.model.api.container;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /containers/create}: a {@link ContainerConfig} with two further members. An
 * absent field is null.
 */
@RecordBuilder
public record ContainerCreateRequest(
    @Nullable String hostname,
    @Nullable String domainname,
    @Nullable String user,
    @Nullable Boolean attachStdin,
    @Nullable Boolean attachStdout,
    @Nullable Boolean attachStderr,
    @Nullable Map<String, Map<String, Object>> exposedPorts,
    @Nullable Boolean tty,
    @Nullable Boolean openStdin,
    @Nullable Boolean stdinOnce,
    @Nullable List<String> env,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Nullable List<String> cmd,
    @Nullable HealthConfig healthcheck,
    @Nullable Boolean argsEscaped,
    @Nullable String image,
    @Nullable Map<String, Map<String, Object>> volumes,
    @Nullable String workingDir,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        @Nullable List<String> entrypoint,
    @Nullable Boolean networkDisabled,
    @Nullable String macAddress,
    @Nullable List<String> onBuild,
    @Nullable Map<String, String> labels,
    @Nullable String stopSignal,
    @Nullable Integer stopTimeout,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        @Nullable List<String> shell,
    @Nullable HostConfig hostConfig,
    @Nullable NetworkingConfig networkingConfig) {

  /** The part of the request that becomes {@code Config} of the container. */
  public ContainerConfig config() {
    return new ContainerConfig(
        hostname,
        domainname,
        user,
        attachStdin,
        attachStdout,
        attachStderr,
        exposedPorts,
        tty,
        openStdin,
        stdinOnce,
        env,
        cmd,
        healthcheck,
        argsEscaped,
        image,
        volumes,
        workingDir,
        entrypoint,
        networkDisabled,
        macAddress,
        onBuild,
        labels,
        stopSignal,
        stopTimeout,
        shell);
  }
}
