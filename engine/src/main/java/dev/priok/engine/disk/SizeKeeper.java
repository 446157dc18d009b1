package dev.priok.engine.disk;

import dev.priok.host.archive.DiskWork;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps sizes, so that {@code docker system df} answers from counts and not by walking over files.
 *
 * <p>Whoever asks gets a size that is right at that moment wherever that takes less than {@link
 * #PATIENCE}: kept ones that nobody can have changed at once, changed ones after they were measured
 * again. What takes longer is measured in the background, and told as it was at the last
 * measurement; see docs/disk.md for how old that can be. A tree that was never measured is waited
 * for a little longer, and is then left out of the answer: an unknown size is said to be unknown.
 *
 * <p>Nothing is kept on the disk: a killed daemon may have missed what happened, so the next one
 * measures anew, in the background.
 */
public final class SizeKeeper implements AutoCloseable {
  /** How long a caller waits for what has changed. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  /** How long for what was never measured. */
  static final Duration FIRST_PATIENCE = Duration.ofSeconds(10);

  /** Trees that take longer than this are not waited for again. */
  private static final Duration SLOW = Duration.ofMillis(500);

  /** A look at all, unasked. */
  private static final Duration PERIOD = Duration.ofSeconds(10);

  /** Of quiet trees that seem unchanged: in case of writers that nothing tells about. */
  private static final Duration DISTRUST = Duration.ofMinutes(10);

  /** A tree in use is measured again after so many times what that takes: 5 % of a processor. */
  private static final int REST = 20;

  /** Likewise where nobody has asked for an hour: 0.2 %. */
  private static final int LONG_REST = 500;

  private static final Duration INTEREST = Duration.ofHours(1);
  private static final Duration HANGS = Duration.ofSeconds(60);
  private static final int WORKERS = 2;
  private static final long STACK = 8L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(SizeKeeper.class);

  /** A size with the moment at which its measurement began. */
  private record Kept(Sized.Size size, Object stamp, long began, long nanos) {}

  private static final class Job {
    final Sized sized;
    long began;
    boolean writtenOff;

    Job(Sized sized) {
      this.sized = sized;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Kept> kept = new ConcurrentHashMap<>();
  private final Map<String, Integer> touches = new ConcurrentHashMap<>();

  /** When the last measurement that failed began. */
  private final Map<String, Long> failed = new ConcurrentHashMap<>();

  private final Map<String, Job> jobs = new HashMap<>();
  private final List<Job> queue = new ArrayList<>();
  private int workers;
  private boolean closed;
  private volatile long asked = System.nanoTime() - INTEREST.toNanos();
  private @Nullable Thread background;

  /** Begins to measure in the background. */
  public void start(Supplier<? extends Collection<? extends Sized>> all) {
    background =
        Thread.ofPlatform()
            .daemon()
            .name("sizes")
            .start(() -> {
              try {
                while (true) {
                  Thread.sleep(PERIOD);
                  look(all.get());
                }
              } catch (InterruptedException end) {
                LOG.debug("sizes are measured no more");
              }
            });
  }

  /** Somebody in the engine is about to change it, or has. */
  public void touched(String key) {
    touches.merge(key, 1, Integer::sum);
  }

  /** How often it was touched; a part of a stamp. */
  public int touches(String key) {
    return touches.getOrDefault(key, 0);
  }

  /** Sizes by key; what is not known in time has none. */
  public Map<String, Long> sizes(Collection<? extends Sized> wanted) {
    long now = System.nanoTime();
    asked = now;
    Map<String, Sized> open = stale(wanted, now);
    if (!open.isEmpty()) {
      await(open, now);
    }
    Map<String, Long> result = new HashMap<>();
    for (Sized sized : wanted) {
      Kept known = kept.get(sized.key());
      if (known != null) {
        result.put(sized.key(), known.size().bytes());
      }
    }
    return result;
  }

  private Map<String, Sized> stale(Collection<? extends Sized> wanted, long now) {
    try {
      return DiskWork.call(() -> {
        Map<String, Sized> result = new HashMap<>();
        for (Sized sized : wanted) {
          if (!isFresh(sized, now)) {
            result.put(sized.key(), sized);
          }
        }
        return result;
      });
    } catch (IOException e) {
      throw EngineException.internal("sizes cannot be told: " + e.getMessage(), e);
    }
  }

  /** A size that is right now, however long that takes. */
  public long exact(Sized sized) throws IOException {
    if (!isFresh(sized, System.nanoTime())) {
      measure(sized);
    }
    Kept known = kept.get(sized.key());
    return known == null ? 0 : known.size().bytes();
  }

  private boolean isFresh(Sized sized, long since) {
    Kept known = kept.get(sized.key());
    return known != null
        && (known.began() - since >= 0
            || (known.stamp().equals(sized.stamp()) && known.size().unchanged().getAsBoolean()));
  }

  /** Measures what is not fresh, and waits as long as each is worth. */
  private void await(Map<String, Sized> open, long since) {
    lock.lock();
    try {
      while (!closed) {
        long now = System.nanoTime();
        long until = since;
        for (Sized sized : List.copyOf(open.values())) {
          Kept known = kept.get(sized.key());
          // Measured since the question, by whomever, or found to be gone: a container that is
          // removed meanwhile would else be tried again and again until the patience ends.
          Long failure = failed.get(sized.key());
          if ((known != null && known.began() - since >= 0)
              || (failure != null && failure - since >= 0)) {
            open.remove(sized.key());
            continue;
          }
          enqueue(sized);
          if (known == null) {
            until = Math.max(until, since + FIRST_PATIENCE.toNanos());
          } else if (known.nanos() <= SLOW.toNanos()) {
            until = Math.max(until, since + PATIENCE.toNanos());
          }
        }
        if (open.isEmpty() || until - now <= 0) {
          return;
        }
        var _ = changed.awaitNanos(until - now);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. A tree that is being measured is measured again only when that is done. */
  private void enqueue(Sized sized) {
    if (jobs.containsKey(sized.key()) || closed) {
      return;
    }
    Job job = new Job(sized);
    jobs.put(sized.key(), job);
    queue.add(job);
    if (workers < WORKERS) {
      workers++;
      Thread worker = new Thread(null, this::work, "measure", STACK);
      worker.setDaemon(true);
      worker.start();
    }
  }

  private void work() {
    while (true) {
      Job job;
      lock.lock();
      try {
        if (queue.isEmpty() || closed) {
          workers--;
          return;
        }
        job = queue.removeFirst();
        job.began = System.nanoTime();
      } finally {
        lock.unlock();
      }
      try {
        measure(job.sized);
      } catch (IOException | RuntimeException e) {
        // Gone meanwhile, or a disk that cannot be read: its size stays unknown.
        LOG.debug("{} cannot be measured", job.sized.key(), e);
        failed.put(job.sized.key(), job.began);
      }
      lock.lock();
      try {
        jobs.remove(job.sized.key(), job);
        changed.signalAll();
        if (job.writtenOff) {
          LOG.info("{} could be measured in the end", job.sized.key());
          return;
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void measure(Sized sized) throws IOException {
    // The stamp is of before: whatever is written meanwhile makes it stale.
    Object stamp = sized.stamp();
    long began = System.nanoTime();
    Sized.Size size = sized.measure();
    kept.put(sized.key(), new Kept(size, stamp, began, System.nanoTime() - began));
  }

  private void look(Collection<? extends Sized> all) {
    long now = System.nanoTime();
    Set<String> there = new HashSet<>();
    for (Sized sized : all) {
      there.add(sized.key());
      if (isDue(sized, now)) {
        lock.lock();
        try {
          enqueue(sized);
        } finally {
          lock.unlock();
        }
      }
    }
    kept.keySet().retainAll(there);
    touches.keySet().retainAll(there);
    failed.keySet().retainAll(there);
    writeOffHanging(now);
  }

  private boolean isDue(Sized sized, long now) {
    Kept known = kept.get(sized.key());
    if (known == null) {
      return true;
    }
    int rest = now - asked > INTEREST.toNanos() ? LONG_REST : REST;
    boolean rested = now - known.began() >= known.nanos() * rest;
    if (isFresh(sized, now)) {
      return rested && now - known.began() >= DISTRUST.toNanos();
    }
    return rested || !sized.inUse();
  }

  /** A file system that does not answer must not keep the others from being measured. */
  private void writeOffHanging(long now) {
    lock.lock();
    try {
      for (Job job : jobs.values()) {
        if (job.began != 0 && !job.writtenOff && now - job.began > HANGS.toNanos()) {
          job.writtenOff = true;
          workers--;
          LOG.warn(
              "measuring {} has taken {} s: does its file system hang?",
              job.sized.key(),
              (now - job.began) / 1_000_000_000);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      queue.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    Thread running = background;
    if (running != null) {
      running.interrupt();
    }
  }
}
