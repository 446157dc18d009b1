package dev.priok.engine.containers.spec;

import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.HostConfig;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a container's configuration is made from, resolved: what names a thing of the host
 * names it by path.
 *
 * @param config the container's own, merged with the image's (entrypoint, command, environment, ...)
 * @param rootfs absolute path of the mounted root file system
 * @param mounts volumes, binds, tmpfs and the files the engine provides ({@code /etc/hosts},
 *     {@code /etc/hostname}, {@code /etc/resolv.conf}), in any order
 * @param cgroupPath absolute inside the cgroup file system, such as {@code /docker/<id>}
 * @param sharedMemory directory to bind at {@code /dev/shm} where the IPC namespace is shared
 *     (shareable or container:), else null
 * @param linkEnvironment variables made by legacy links, else empty
 */
@RecordBuilder
public record SpecRequest(
    String containerId,
    ContainerConfig config,
    HostConfig hostConfig,
    Path rootfs,
    RootFiles rootFiles,
    List<SpecMount> mounts,
    NamespaceTarget network,
    NamespaceTarget ipc,
    NamespaceTarget pid,
    String cgroupPath,
    @Nullable Path sharedMemory,
    List<String> linkEnvironment) {}
