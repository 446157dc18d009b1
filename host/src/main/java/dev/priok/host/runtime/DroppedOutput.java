package dev.priok.host.runtime;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.event.Registration;
import dev.priok.kernel.process.Pidfd;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One output of an earlier daemon's exec, which nobody is there to read any more: read and dropped,
 * so that the command, which may be waiting for that, goes on. On the loop's thread.
 */
final class DroppedOutput {
  private static final Logger LOG = LoggerFactory.getLogger(DroppedOutput.class);
  private static final int MOST = 2;
  private static final int READS_A_TURN = 16;

  private final Fd fd;
  private final byte[] buffer = new byte[64 * 1024];
  private @Nullable Registration watch;

  private DroppedOutput(Fd fd) {
    this.fd = fd;
  }

  /** Those that this keeper holds. */
  static List<DroppedOutput> of(EventLoop loop, Pidfd keeper) {
    List<DroppedOutput> found = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      try {
        DroppedOutput output = new DroppedOutput(keeper.descriptor(JoinProgram.OUTPUT + i));
        found.add(output);
        loop.execute(() -> output.watch(loop));
      } catch (LinuxException e) {
        if (!e.is(Errno.EBADF) && !e.is(Errno.ESRCH)) {
          LOG.warn("an exec may wait for somebody who reads its output: {}", e.getMessage());
        }
      }
    }
    return found;
  }

  private void watch(EventLoop loop) {
    if (!fd.isOpen()) {
      return; // its keeper ended first
    }
    try {
      watch = loop.register(fd, EventLoop.READ, events -> read());
    } catch (LinuxException e) {
      LOG.warn("an exec may wait for somebody who reads its output: {}", e.getMessage());
      fd.close();
    }
  }

  private void read() throws LinuxException {
    try {
      for (int i = 0; i < READS_A_TURN; i++) {
        if (Io.read(fd, buffer, 0, buffer.length) < 0) {
          close();
          return;
        }
      }
    } catch (LinuxException e) {
      if (!e.is(Errno.EAGAIN)) {
        close(); // EIO: nobody has the terminal open any more
      }
    }
  }

  /** Harmless when repeated. */
  void close() {
    Registration own = watch;
    if (own != null) {
      own.cancel();
    }
    fd.close();
  }
}
