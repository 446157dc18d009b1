package dev.priok.client;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** Which streams of a container to attach to. */
@RecordBuilder
public record AttachQuery(
    boolean stdin, boolean stdout, boolean stderr, boolean logs, @Nullable String detachKeys) {}
