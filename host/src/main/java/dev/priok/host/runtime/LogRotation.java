package dev.priok.host.runtime;

import dev.priok.host.logging.LogFiles;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.LinuxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one log within its limits: renames the files and has conmon open a new one. (conmon's own
 * {@code --log-size-max} throws the old lines away.)
 */
final class LogRotation implements IntConsumer {
  private static final Logger LOG = LoggerFactory.getLogger(LogRotation.class);

  /** Output between two looks at the file's size. */
  private static final long LOOK_EVERY = 64 * 1024;

  private final Path directory;
  private final Path log;
  private final Supervision.LogLimits limits;
  private final AtomicBoolean busy = new AtomicBoolean();
  private long sinceLook;

  LogRotation(Path directory, Supervision settings) {
    this.directory = directory;
    this.log = settings.log();
    this.limits = settings.logLimits();
  }

  /** Output of that size was logged; called by one thread. */
  @Override
  public void accept(int bytes) {
    if (limits.maxBytes() <= 0) {
      return;
    }
    // Short lines have headers longer than themselves: look early.
    sinceLook += bytes + 45;
    if (sinceLook >= Math.min(LOOK_EVERY, limits.maxBytes() / 4)
        && busy.compareAndSet(false, true)) {
      sinceLook = 0;
      Thread.ofVirtual().name("log-rotation").start(this::look);
    }
  }

  /** Finishes a rotation that a dead daemon began: the file is renamed, conmon not yet told. */
  void recover() throws IOException {
    if (!Files.exists(log) && Files.exists(directory.resolve("ctl"))) {
      reopen();
    }
  }

  private void look() {
    try {
      // Not there: the last rotation is not through.
      if (Files.exists(log) && Files.size(log) > limits.maxBytes()) {
        new LogFiles(log).shift(limits.maxFiles());
        reopen();
      }
    } catch (IOException e) {
      LOG.warn("cannot rotate {}", log, e);
    } finally {
      busy.set(false);
    }
  }

  private void reopen() throws IOException {
    try {
      ConmonAttachment.control(directory, "2 0 0\n");
    } catch (LinuxException e) {
      // The container has ended meanwhile: nobody reads the pipe, nothing more is logged.
      if (!e.is(Errno.ENXIO) && !e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }
}
