package dev.priok.model.api.container;

import dev.priok.model.api.image.OCIDescriptor;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ContainerInspectResponse} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerInspectResponse(
    @Nullable String id,
    @Nullable String created,
    @Nullable String path,
    @Nullable List<String> args,
    @Nullable ContainerState state,
    @Nullable String image,
    @Nullable String resolvConfPath,
    @Nullable String hostnamePath,
    @Nullable String hostsPath,
    @Nullable String logPath,
    @Nullable String name,
    @Nullable Integer restartCount,
    @Nullable String driver,
    @Nullable String platform,
    @Nullable OCIDescriptor imageManifestDescriptor,
    @Nullable String mountLabel,
    @Nullable String processLabel,
    @Nullable String appArmorProfile,
    @Nullable List<String> execIDs,
    @Nullable HostConfig hostConfig,
    @Nullable DriverData graphDriver,
    @Nullable Long sizeRw,
    @Nullable Long sizeRootFs,
    @Nullable List<MountPoint> mounts,
    @Nullable ContainerConfig config,
    @Nullable NetworkSettings networkSettings) {}
