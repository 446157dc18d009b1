package dev.priok.host.runtime;

import dev.priok.host.logging.LogCeiling;
import dev.priok.host.logging.LogFiles;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.LinuxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one log within its limits: renames the file, has conmon open a new one, drops the oldest
 * and packs the others. (conmon's own {@code --log-size-max} throws the old lines away.)
 *
 * <p>At least one rotated file is kept whatever the limit is: those who deliver the log elsewhere
 * may not be through with it.
 */
final class LogRotation implements IntConsumer {
  private static final Logger LOG = LoggerFactory.getLogger(LogRotation.class);

  /** Output between two looks at the file's size. */
  private static final long LOOK_EVERY = 64 * 1024;

  /** conmon answers within milliseconds; one that has ended never does. */
  private static final int REOPEN_MILLIS = 2000;

  private final Path directory;
  private final LogFiles files;
  private final Supervision.LogLimits limits;
  private final LogCeiling ceiling;
  private final AtomicBoolean busy = new AtomicBoolean();
  private long sinceLook;
  private @Nullable String complaint;

  LogRotation(Path directory, Supervision settings, LogCeiling ceiling) {
    this.directory = directory;
    this.files = new LogFiles(settings.log());
    this.limits = settings.logLimits();
    this.ceiling = ceiling;
  }

  /** Output of that size was logged; called by one thread. */
  @Override
  public void accept(int bytes) {
    if (limits.discards()) {
      return;
    }
    // Short lines have headers longer than themselves: look early.
    sinceLook += bytes + 45;
    if (sinceLook >= Math.min(LOOK_EVERY, Math.max(limits.maxBytes(), 64) / 4)) {
      ceiling.wrote(sinceLook);
      if (busy.compareAndSet(false, true)) {
        sinceLook = 0;
        Thread.ofVirtual().name("log-rotation").start(this::look);
      }
    }
  }

  /** What a dead daemon left: a rotation half done, a file that has grown meanwhile. */
  void recover() throws IOException {
    if (limits.discards()) {
      return;
    }
    if (!Files.exists(files.base()) && Files.exists(directory.resolve("ctl"))) {
      reopen();
    }
    if (busy.compareAndSet(false, true)) {
      Thread.ofVirtual().name("log-rotation").start(this::look);
    }
  }

  /** Rotates whatever the size is, to make room. */
  void rotateNow() throws IOException {
    if (!limits.discards() && busy.compareAndSet(false, true)) {
      try {
        if (Files.exists(files.base())) {
          rotate();
          files.pack();
        }
      } finally {
        busy.set(false);
      }
    }
  }

  private void look() {
    try {
      // Not there: the last rotation is not through.
      long most = ceiling.fileLimit(limits.maxBytes());
      boolean some = false;
      while (most > 0 && Files.exists(files.base()) && Files.size(files.base()) > most) {
        rotate();
        some = true;
      }
      if (some && limits.packed()) {
        files.pack();
      }
      complaint = null;
    } catch (IOException | RuntimeException e) {
      // Said once, not for every 64 KiB of output: the disk may be full for hours.
      if (!String.valueOf(e.getMessage()).equals(complaint)) {
        complaint = String.valueOf(e.getMessage());
        LOG.warn("cannot rotate {}; it grows until that is cured: {}", files.base(), complaint);
      }
    } finally {
      busy.set(false);
    }
  }

  private void rotate() throws IOException {
    files.rotate();
    int rounds = reopen() ? REOPEN_MILLIS / 5 : 0;
    for (int i = 0; i < rounds && !Files.exists(files.base()); i++) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    files.prune(Math.max(limits.maxFiles(), 2));
  }

  /** False where nobody is there to write on. */
  private boolean reopen() throws IOException {
    try {
      ConmonAttachment.control(directory, "2 0 0\n");
      return true;
    } catch (LinuxException e) {
      // The container has ended meanwhile: nobody reads the pipe, nothing more is logged.
      if (!e.is(Errno.ENXIO) && !e.is(Errno.ENOENT)) {
        throw e;
      }
      return false;
    }
  }
}
