package dev.priok.engine.containers.spec;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@link RootFiles} of a mounted root, resolved by the kernel as if chrooted there. */
public final class OpenRootFiles implements RootFiles {
  /** More than any real passwd or group file; an image may hold anything. */
  private static final int LARGEST = 16 * 1024 * 1024;

  private final Path root;

  public OpenRootFiles(Path root) {
    this.root = root;
  }

  @Override
  public byte @Nullable [] read(String path) throws IOException {
    // Non-blocking: a pipe in the file's place must not hold us up at opening.
    int flags = OpenFlags.READ_ONLY | OpenFlags.NON_BLOCKING | OpenFlags.NO_CTTY;
    try (Fd dir = At.open(root, OpenFlags.PATH | OpenFlags.DIRECTORY);
        Fd file = At.openInRoot(dir, path, flags, 0)) {
      if (!At.stat(file).isRegularFile()) {
        return null;
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      for (int n = Io.read(file, buffer, 0, buffer.length);
          n > 0;
          n = Io.read(file, buffer, 0, buffer.length)) {
        bytes.write(buffer, 0, n);
        if (bytes.size() > LARGEST) {
          throw new IOException(path + " in the container is larger than " + LARGEST + " bytes");
        }
      }
      return bytes.toByteArray();
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP) || e.is(Errno.ENXIO)) {
        return null;
      }
      throw e;
    }
  }
}
