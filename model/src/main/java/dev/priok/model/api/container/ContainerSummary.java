package dev.priok.model.api.container;

import dev.priok.model.api.image.OCIDescriptor;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code ContainerSummary} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerSummary(
    @Nullable String id,
    @Nullable List<String> names,
    @Nullable String image,
    @Nullable String imageID,
    @Nullable OCIDescriptor imageManifestDescriptor,
    @Nullable String command,
    @Nullable Long created,
    @Nullable List<Port> ports,
    @Nullable Long sizeRw,
    @Nullable Long sizeRootFs,
    @Nullable Map<String, String> labels,
    @Nullable String state,
    @Nullable String status,
    @Nullable ContainerSummaryHostConfig hostConfig,
    @Nullable ContainerSummaryNetworkSettings networkSettings,
    @Nullable List<MountPoint> mounts) {}
