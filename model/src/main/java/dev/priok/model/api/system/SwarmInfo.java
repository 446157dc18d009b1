package dev.priok.model.api.system;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code SwarmInfo} of the Engine API; an absent field is null. */
@RecordBuilder
public record SwarmInfo(
    @Nullable String nodeID,
    @Nullable String nodeAddr,
    @Nullable String localNodeState,
    @Nullable Boolean controlAvailable,
    @Nullable String error,
    @Nullable List<PeerNode> remoteManagers,
    @Nullable Integer nodes,
    @Nullable Integer managers) {}
