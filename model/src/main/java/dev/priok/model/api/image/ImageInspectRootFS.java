package dev.priok.model.api.image;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ImageInspectRootFS} of the Engine API; an absent field is null. */
@RecordBuilder
public record ImageInspectRootFS(@Nullable String type, @Nullable List<String> layers) {}
