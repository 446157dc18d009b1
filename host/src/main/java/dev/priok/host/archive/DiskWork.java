package dev.priok.host.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Long work on files, kept off the virtual threads: a native call holds its carrier while the disk
 * is busy, and there are only as many carriers as processors.
 */
public final class DiskWork {
  private static final long STACK = 8L << 20;

  private DiskWork() {}

  /** Work that may fail. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws IOException;
  }

  /** Runs on this thread if it is a platform thread, else on a new one, and waits. */
  public static <T> T call(Work<T> work) throws IOException {
    if (!Thread.currentThread().isVirtual()) {
      return work.run();
    }
    FutureTask<T> task = new FutureTask<>(work::run);
    Thread thread = new Thread(null, task, "disk-work", STACK);
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          // the work is told and waited for: nobody may find a layer still being written
          interrupted = true;
          thread.interrupt();
        }
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException io) {
        throw io;
      }
      if (cause instanceof RuntimeException runtime) {
        throw runtime;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw (IOException) new InterruptedIOException(String.valueOf(cause)).initCause(cause);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Like {@link #call} without a result. */
  public static void run(Action action) throws IOException {
    call(() -> {
      action.run();
      return true;
    });
  }

  /** Work without a result. */
  @FunctionalInterface
  public interface Action {
    void run() throws IOException;
  }
}
