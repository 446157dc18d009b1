package dev.priok.model.api.system;

import dev.priok.model.api.container.ContainerSummary;
import dev.priok.model.api.image.ImageSummary;
import dev.priok.model.api.volume.Volume;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code DiskUsage} of the Engine API; an absent field is null. */
@RecordBuilder
public record DiskUsage(
    @Nullable Long layersSize,
    @Nullable List<ImageSummary> images,
    @Nullable List<ContainerSummary> containers,
    @Nullable List<Volume> volumes,
    @Nullable List<BuildCache> buildCache) {}
