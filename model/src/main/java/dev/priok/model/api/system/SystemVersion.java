package dev.priok.model.api.system;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code SystemVersion} of the Engine API; an absent field is null. */
@RecordBuilder
public record SystemVersion(
    @Nullable SystemVersionPlatform platform,
    @Nullable List<SystemVersionComponent> components,
    @Nullable String version,
    @Nullable String apiVersion,
    @Nullable String minAPIVersion,
    @Nullable String gitCommit,
    @Nullable String goVersion,
    @Nullable String os,
    @Nullable String arch,
    @Nullable String kernelVersion,
    @Nullable Boolean experimental,
    @Nullable String buildTime) {}
