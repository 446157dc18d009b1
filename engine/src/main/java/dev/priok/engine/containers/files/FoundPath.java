package dev.priok.engine.containers.files;

import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import org.jspecify.annotations.Nullable;

/**
 * A path of a container, found: its directory, held open, and its last name there.
 *
 * @param directory the directory that holds it; for the root of a mount the mount itself
 * @param name the last part; {@code .} for the root of a mount
 * @param path the clean absolute path with the links of all but the last part resolved
 * @param mount the mount it lies in, null for the container's own layer
 */
record FoundPath(
    Fd directory, String name, String path, FileStat stat, @Nullable ResolvedMount mount)
    implements AutoCloseable {
  @Override
  public void close() {
    directory.close();
  }
}
