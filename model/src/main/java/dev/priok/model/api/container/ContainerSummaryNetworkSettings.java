package dev.priok.model.api.container;

import dev.priok.model.api.network.EndpointSettings;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code ContainerSummaryNetworkSettings} of the Engine API; an absent field is null. */
@RecordBuilder
public record ContainerSummaryNetworkSettings(@Nullable Map<String, EndpointSettings> networks) {}
