package dev.priok.engine.containers.files;

import dev.priok.engine.volumes.ResolvedMount;
import java.nio.file.Path;
import java.util.List;

/**
 * A container's files as these verbs see them.
 *
 * @param root the mounted layer
 * @param mounts whose volumes and binds cover places of it
 * @param readOnlyRoot the container runs with a read-only root
 * @param containerNameForMessages as the user named the container
 */
public record ContainerFileView(
    Path root, List<ResolvedMount> mounts, boolean readOnlyRoot, String containerNameForMessages) {
  public ContainerFileView {
    mounts = List.copyOf(mounts);
  }
}
