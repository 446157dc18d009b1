package dev.priok.host.storage.aufs;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.fs.FileSystems;
import dev.priok.kernel.fs.MountFlags;
import dev.priok.kernel.fs.Mounts;
import java.io.IOException;
import java.nio.file.Path;

/** The calls that the driver makes; tests record them, as few kernels have aufs. */
interface AufsKernel {
  /** mount(2) of type aufs; {@code flags} are 0 or REMOUNT. */
  void mount(Path target, long flags, String data) throws IOException;

  /** Takes the topmost mount away, also a busy one; false if there was none. */
  boolean unmount(Path target) throws IOException;

  /** Whether an aufs is mounted there; the place may not exist. */
  boolean isMounted(Path target) throws IOException;

  /** The kernel that runs. */
  AufsKernel REAL =
      new AufsKernel() {
        private static final long MAGIC = 0x61756673L;

        @Override
        public void mount(Path target, long flags, String data) throws IOException {
          try {
            Mounts.mount("none", target, "aufs", flags, data);
          } catch (LinuxException e) {
            if (flags == MountFlags.REMOUNT && (e.is(Errno.EINVAL) || e.is(Errno.E2BIG))) {
              throw new IOException(
                  "the kernel's aufs takes no more branches (CONFIG_AUFS_BRANCH_MAX_*): "
                      + e.getMessage(),
                  e);
            }
            throw e;
          }
        }

        @Override
        public boolean unmount(Path target) throws IOException {
          return Mounts.unmountIfMounted(target);
        }

        @Override
        public boolean isMounted(Path target) throws IOException {
          return FileSystems.isOfType(target, MAGIC);
        }
      };
}
