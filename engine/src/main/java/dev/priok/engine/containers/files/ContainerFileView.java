package dev.priok.engine.containers.files;

import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.host.archive.IdMap;
import java.nio.file.Path;
import java.util.List;

/**
 * A container's files as these verbs see them.
 *
 * @param root the mounted layer
 * @param mounts whose volumes and binds cover places of it
 * @param readOnlyRoot the container runs with a read-only root
 * @param containerNameForMessages as the user named the container
 * @param ids that the files have, for those that archives have
 */
public record ContainerFileView(
    Path root,
    List<ResolvedMount> mounts,
    boolean readOnlyRoot,
    String containerNameForMessages,
    IdMap ids) {
  public ContainerFileView {
    mounts = List.copyOf(mounts);
  }

  /** Of a container whose ids are those of the host. */
  public ContainerFileView(
      Path root,
      List<ResolvedMount> mounts,
      boolean readOnlyRoot,
      String containerNameForMessages) {
    this(root, mounts, readOnlyRoot, containerNameForMessages, IdMap.NONE);
  }
}
