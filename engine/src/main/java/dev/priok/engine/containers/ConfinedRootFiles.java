package dev.priok.engine.containers;

import dev.priok.engine.containers.spec.RootFiles;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a root file system's small files without leaving it: every link is resolved by the kernel as
 * if the root were the process's own (openat2(2), RESOLVE_IN_ROOT).
 */
public final class ConfinedRootFiles implements RootFiles {
  /** No passwd or group file of an honest image is larger; a hostile one must not fill the heap. */
  private static final int LARGEST = 4 << 20;

  private final Path root;

  public ConfinedRootFiles(Path root) {
    this.root = root;
  }

  @Override
  public byte @Nullable [] read(String path) throws IOException {
    try (Fd top = At.open(root, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      // NON_BLOCKING: opening a fifo that an image put there must not wait for a writer.
      try (Fd file =
              At.openInRoot(top, path, OpenFlags.READ_ONLY | OpenFlags.NON_BLOCKING, 0);
          InputStream in = Io.input(file)) {
        FileStat stat = At.stat(file);
        if (stat.type() != FileStat.REGULAR) {
          return null;
        }
        byte[] content = in.readNBytes(LARGEST + 1);
        if (content.length > LARGEST) {
          throw new IOException(path + " in the container is larger than " + LARGEST + " bytes");
        }
        return content;
      }
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP) {
        return null;
      }
      throw e;
    }
  }
}
