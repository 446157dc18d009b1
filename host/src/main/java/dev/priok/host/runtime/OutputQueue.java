package dev.priok.host.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One subscriber's queue, and the thread that empties it into the subscriber. */
final class OutputQueue implements Attachment.Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(OutputQueue.class);

  /** Above this the process is asked to wait. */
  static final int HIGH = 1024 * 1024;

  /** Below this it goes on. */
  private static final int LOW = HIGH / 2;

  /** What one that makes no progress may have put aside. */
  private static final long SPILL_LIMIT = 256L * 1024 * 1024;

  /** Small pieces are delivered together, up to this. */
  private static final int COMBINED = 32 * 1024;

  private final OutputSink sink;
  private final Path spillDirectory;
  private final Runnable relieved;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final ArrayDeque<Chunk> queue = new ArrayDeque<>();
  private long queued;
  private @Nullable SpillFile spill;
  private boolean pressing;
  private boolean ended;
  private boolean overrun;
  private volatile boolean cancelled;
  private final AtomicLong delivered = new AtomicLong();

  OutputQueue(OutputSink sink, Path spillDirectory, Runnable relieved) {
    this.sink = sink;
    this.spillDirectory = spillDirectory;
    this.relieved = relieved;
  }

  void start() {
    Thread.ofVirtual().name("output").start(this::deliver);
  }

  /** Takes a piece; true where the source should wait until {@code relieved} is called. */
  boolean offer(Chunk chunk) {
    lock.lock();
    try {
      if (cancelled || overrun) {
        return false;
      }
      SpillFile aside = spill;
      if (aside != null) {
        putAside(aside, chunk);
      } else {
        queue.add(chunk);
        queued += chunk.bytes().length;
        pressing = queued > HIGH;
      }
      filled.signal();
      return pressing;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes delivered so far; one who stands still does not change it. */
  long delivered() {
    return delivered.get();
  }

  boolean pressing() {
    lock.lock();
    try {
      return pressing && !cancelled;
    } finally {
      lock.unlock();
    }
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** From now on output goes to a file until this subscriber has caught up. */
  void putAside() {
    lock.lock();
    try {
      if (spill == null && !cancelled) {
        spill = new SpillFile(spillDirectory);
      }
    } catch (IOException e) {
      LOG.warn("cannot put output aside in {}, cutting a subscriber off", spillDirectory, e);
      overrun = true;
    } finally {
      pressing = false;
      lock.unlock();
    }
  }

  /** Nothing more will be offered. */
  void end() {
    lock.lock();
    try {
      ended = true;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void cancel() {
    lock.lock();
    try {
      cancelled = true;
      pressing = false;
      queue.clear();
      queued = 0;
      closeSpill();
      filled.signal();
    } finally {
      lock.unlock();
    }
    relieved.run();
  }

  private void putAside(SpillFile aside, Chunk chunk) {
    try {
      aside.add(chunk);
      overrun = aside.size() > SPILL_LIMIT;
    } catch (IOException e) {
      LOG.warn("cannot put output aside, cutting a subscriber off", e);
      overrun = true;
    }
  }

  private void deliver() {
    try {
      while (true) {
        Chunk chunk = take();
        if (chunk == null) {
          break;
        }
        sink.output(chunk.stream(), chunk.bytes(), 0, chunk.bytes().length);
        delivered.addAndGet(chunk.bytes().length);
      }
      if (overrun) {
        sink.overrun();
      } else if (!cancelled) {
        sink.ended();
      }
    } catch (IOException e) {
      LOG.debug("a subscriber to output has gone: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("a subscriber to output failed", e);
    } finally {
      cancel();
    }
  }

  /** The next piece; null at the end. */
  private @Nullable Chunk take() throws InterruptedException, IOException {
    boolean relief = false;
    Chunk chunk = null;
    lock.lock();
    try {
      while (chunk == null) {
        if (cancelled) {
          return null;
        }
        chunk = poll();
        if (chunk == null && (ended || overrun)) {
          return null;
        }
        if (chunk == null) {
          filled.await();
        }
      }
      if (pressing && queued < LOW) {
        pressing = false;
        relief = true;
      }
    } finally {
      lock.unlock();
    }
    if (relief) {
      relieved.run();
    }
    return chunk;
  }

  private @Nullable Chunk poll() throws IOException {
    Chunk first = queue.poll();
    if (first == null) {
      SpillFile aside = spill;
      if (aside == null || overrun) {
        return null;
      }
      first = aside.poll();
      if (first == null) {
        closeSpill(); // caught up
      }
      return first;
    }
    queued -= first.bytes().length;
    Chunk next = queue.peek();
    if (next == null || !fits(first, next, first.bytes().length)) {
      return first;
    }
    ByteArrayOutputStream combined = new ByteArrayOutputStream(COMBINED);
    combined.writeBytes(first.bytes());
    while (next != null && fits(first, next, combined.size())) {
      combined.writeBytes(next.bytes());
      queued -= next.bytes().length;
      queue.remove();
      next = queue.peek();
    }
    return new Chunk(first.stream(), combined.toByteArray());
  }

  private static boolean fits(Chunk first, Chunk next, int size) {
    return next.stream() == first.stream() && size + next.bytes().length <= COMBINED;
  }

  private void closeSpill() {
    SpillFile aside = spill;
    spill = null;
    if (aside != null) {
      try {
        aside.close();
      } catch (IOException e) {
        LOG.warn("cannot close output put aside", e);
      }
    }
  }
}
