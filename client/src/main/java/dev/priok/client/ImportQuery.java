package dev.priok.client;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to make of an imported archive; changes are instructions as in a Dockerfile. */
@RecordBuilder
public record ImportQuery(
    @Nullable String repository,
    @Nullable String tag,
    @Nullable String message,
    @Nullable String platform,
    List<String> changes) {}
