package dev.priok.host.archive;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes small new files beside the thread that reads the tar: making a file is mostly the kernel's
 * work, and the kernel makes files of different directories side by side.
 *
 * <p>Only files whose order among the other entries cannot be seen may be handed over; {@link
 * #touches} and {@link #settle} keep it so. The reading thread helps when the others are behind, so
 * what waits is bounded and one processor alone is no worse off.
 *
 * <p>Nothing is durable, or even there, before {@link #settle} has returned without a failure.
 */
final class SideWriters implements AutoCloseable {
  /** Tars of fewer files are done before a thread has started. */
  private static final int WORTH_A_THREAD = 32;

  /** Waking a thread costs as much as writing a small file: for fewer it is left asleep. */
  private static final int WORTH_A_WAKE = 8;

  private static final int MOST_WAITING = 256;
  private static final long MOST_BYTES = 8L << 20;
  private static final int MOST_THREADS = 3;

  /** Makes one file. */
  @FunctionalInterface
  interface Write {
    void run() throws IOException;
  }

  private record Job(String path, int bytes, Write write, Runnable done) {}

  /** Asked once: the JVM asks the kernel each time. */
  private final int wantedThreads =
      Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors() - 1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition finished = lock.newCondition();
  private final ArrayDeque<Job> waiting = new ArrayDeque<>();
  private final Set<String> pending = new HashSet<>();
  private long bytes;
  private int running;
  private int threads;
  private int idle;
  private int seen;
  private boolean closed;
  private @Nullable Throwable failure;

  /**
   * Hands a file over.
   *
   * @param path its clean path; not pending yet
   * @param done run in any case, once, after the write or instead of it
   */
  void add(String path, int size, Write write, Runnable done) throws IOException {
    Job job = new Job(path, size, write, done);
    Job help = null;
    lock.lock();
    try {
      waiting.add(job);
      pending.add(path);
      bytes += size;
      if (++seen >= WORTH_A_THREAD) {
        startThreads();
        if (idle > 0 && waiting.size() >= WORTH_A_WAKE) {
          filled.signal();
        }
        if (waiting.size() > MOST_WAITING || bytes > MOST_BYTES) {
          help = take();
        }
      } else {
        help = take();
      }
    } finally {
      lock.unlock();
    }
    if (help != null) {
      run(help);
    }
    throwFailure();
  }

  /** Whether this path, or one on the way to it, is a file that may not be there yet. */
  boolean touches(String path) {
    lock.lock();
    try {
      if (pending.isEmpty()) {
        return false;
      }
      for (String p = path; !p.isEmpty(); p = EntryPath.parent(p)) {
        if (pending.contains(p)) {
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Returns when everything handed over is there. */
  void settle() throws IOException {
    finishAll();
    throwFailure();
  }

  private void finishAll() {
    while (true) {
      Job help;
      lock.lock();
      try {
        help = take();
        while (help == null && running > 0) {
          finished.awaitUninterruptibly();
        }
      } finally {
        lock.unlock();
      }
      if (help == null) {
        return;
      }
      run(help);
    }
  }

  private void startThreads() {
    for (; threads < wantedThreads; threads++) {
      Thread.ofPlatform().daemon().name("disk-work-beside").start(this::serve);
    }
  }

  private void serve() {
    while (true) {
      Job job;
      lock.lock();
      try {
        job = take();
        while (job == null && !closed) {
          idle++;
          filled.awaitUninterruptibly();
          idle--;
          job = take();
        }
      } finally {
        lock.unlock();
      }
      if (job == null) {
        return;
      }
      run(job);
    }
  }

  /** With the lock held. */
  private @Nullable Job take() {
    Job job = waiting.poll();
    if (job != null) {
      running++;
    }
    return job;
  }

  private void run(Job job) {
    Throwable problem = null;
    try {
      if (!hasFailed()) {
        job.write().run();
      }
    } catch (IOException | RuntimeException | Error e) {
      problem = e;
    } finally {
      job.done().run();
      lock.lock();
      try {
        if (problem != null && failure == null) {
          failure = problem;
        }
        running--;
        bytes -= job.bytes();
        pending.remove(job.path());
        if (running == 0) {
          finished.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean hasFailed() {
    lock.lock();
    try {
      return failure != null || closed;
    } finally {
      lock.unlock();
    }
  }

  private void throwFailure() throws IOException {
    Throwable problem;
    lock.lock();
    try {
      problem = failure;
    } finally {
      lock.unlock();
    }
    switch (problem) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IOException(problem);
    }
  }

  /** Drops what was not begun and returns when nobody writes any more. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      filled.signalAll();
    } finally {
      lock.unlock();
    }
    finishAll();
  }
}
