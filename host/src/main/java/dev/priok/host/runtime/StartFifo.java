package dev.priok.host.runtime;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.process.Pidfd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Lets a created process run, without another run of the runtime.
 *
 * <p>Both runc and crun leave the first process writing to a named pipe in their state directory;
 * their {@code start} opens it, reads the byte and removes the pipe, which is also how they tell
 * "created" from "running". Doing it here saves starting a program on the way of every start, see
 * the decision record on starting without the runtime.
 */
final class StartFifo {
  private static final int PATIENCE_MILLIS = 20;
  private static final int ATTEMPTS = 500;

  private final Path fifo;

  StartFifo(Path stateDirectory) {
    this.fifo = stateDirectory.resolve("exec.fifo");
  }

  /** Whether the process waits there. */
  boolean isThere() {
    return Files.exists(fifo);
  }

  /** True when the process has gone on, false when it has ended instead. */
  boolean release(Pidfd process) throws IOException {
    byte[] one = new byte[1];
    try (Fd reader = At.open(fifo, OpenFlags.READ_ONLY | OpenFlags.NON_BLOCKING)) {
      for (int i = 0; i < ATTEMPTS; i++) {
        if ((Io.poll(reader, Io.POLL_IN, PATIENCE_MILLIS) & Io.POLL_IN) != 0 && read(reader, one)) {
          Files.deleteIfExists(fifo);
          return true;
        }
        if (process.awaitExit(0)) {
          return false;
        }
      }
    }
    throw new IOException("the container's process does not answer on " + fifo);
  }

  private static boolean read(Fd reader, byte[] one) throws LinuxException {
    try {
      return Io.read(reader, one, 0, 1) == 1;
    } catch (LinuxException e) {
      if (e.is(Errno.EAGAIN)) {
        return false;
      }
      throw e;
    }
  }
}
