package dev.priok.model.api.system;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code RegistryServiceConfig} of the Engine API; an absent field is null. */
@RecordBuilder
public record RegistryServiceConfig(
    @Nullable List<String> insecureRegistryCIDRs,
    @Nullable Map<String, IndexInfo> indexConfigs,
    @Nullable List<String> mirrors) {}
