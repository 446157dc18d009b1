package dev.priok.host.runtime;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's {@code /dev/null}, which conmon gives to containers without an input.
 *
 * <p>A runtime gives a container's standard streams to its user, and crun 1.8 does so with this one
 * too (seen with user namespaces: the device of the whole host belonged to a subordinate id
 * afterwards, who could have taken it from everybody by chmod(2)). What the container is to run has
 * not begun when its creation is reported, so taking the device back then leaves nobody the time.
 */
final class NullDevice {
  private static final Logger LOG = LoggerFactory.getLogger(NullDevice.class);
  private static final Path DEV = Path.of("/dev");
  private static final String NULL = "null";

  private NullDevice() {}

  /** Root's again, if it is not. */
  static void takeBack() {
    try (Fd dev = At.open(DEV, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      FileStat stat = At.stat(dev, NULL);
      if (stat.uid() != 0 || stat.gid() != 0) {
        At.changeOwner(dev, NULL, 0, 0);
      }
    } catch (IOException e) {
      LOG.error("the host's /dev/null cannot be taken back: {}", e.getMessage());
    }
  }
}
