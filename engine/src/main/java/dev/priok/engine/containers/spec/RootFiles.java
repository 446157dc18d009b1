package dev.priok.engine.containers.spec;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads small files of a container's root file system.
 *
 * <p>An implementation must never leave the root: an image may hold {@code /etc/passwd} as a link to
 * anything (openat2(2), RESOLVE_IN_ROOT), and may hold it as a device or a huge file.
 */
@FunctionalInterface
public interface RootFiles {
  /** Null where there is no such regular file. */
  byte @Nullable [] read(String path) throws IOException;
}
