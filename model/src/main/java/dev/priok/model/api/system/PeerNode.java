package dev.priok.model.api.system;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code PeerNode} of the Engine API; an absent field is null. */
@RecordBuilder
public record PeerNode(@Nullable String nodeID, @Nullable String addr) {}
