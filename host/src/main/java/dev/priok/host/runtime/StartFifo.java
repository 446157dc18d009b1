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
 * <p>Both runc and crun leave the first process at a named pipe in their state directory and remove
 * the pipe in {@code start}, which is also how they tell "created" from "running". With runc the
 * process writes a byte and start reads it; with crun the process reads and start writes
 * (libcrun_status_write_exec_fifo). Doing it here saves starting a program on the way of every
 * start, see the decision record on starting without the runtime.
 */
final class StartFifo {
  private static final int PATIENCE_MILLIS = 20;
  private static final int ATTEMPTS = 500;

  private final Path fifo;
  private final boolean processReads;

  StartFifo(OciRuntime runtime, Path stateDirectory) {
    this.fifo = stateDirectory.resolve("exec.fifo");
    this.processReads = runtime.isCrun();
  }

  /** Whether the process waits there. */
  boolean isThere() {
    return Files.exists(fifo);
  }

  /** True when the process has gone on, false when it has ended instead. */
  boolean release(Pidfd process) throws IOException {
    return processReads ? write(process) : read(process);
  }

  private boolean write(Pidfd process) throws IOException {
    // Without waiting: the process has had its end open since the pipe was made, or is gone.
    try (Fd writer = At.open(fifo, OpenFlags.WRITE_ONLY | OpenFlags.NON_BLOCKING)) {
      Io.write(writer, new byte[1]);
      Files.deleteIfExists(fifo);
      return true;
    } catch (LinuxException e) {
      if ((e.is(Errno.ENXIO) || e.is(Errno.EPIPE)) && process.awaitExit(ATTEMPTS)) {
        return false;
      }
      throw e;
    }
  }

  private boolean read(Pidfd process) throws IOException {
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
