package dev.priok.host.logging.delivery;

import dev.priok.host.logging.K8sLine;
import dev.priok.host.logging.LineSink;
import dev.priok.host.logging.LogFiles;
import dev.priok.host.logging.LogFollow;
import dev.priok.host.logging.LogPlace;
import dev.priok.host.logging.LogStream;
import dev.priok.host.logging.LogWalk;
import dev.priok.host.logging.drivers.LogEntry;
import dev.priok.host.logging.drivers.LogTarget;
import dev.priok.host.logging.drivers.ReopenException;
import dev.priok.host.logging.drivers.RetryPolicy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One container's local log on its way to its target, by a thread of its own; see the package.
 *
 * <p>A target that fails is opened anew and gets everything that it has not taken, as its {@link
 * RetryPolicy} says; the container notices nothing.
 */
public final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  /** Entries of one batch together, as they stand in the local log. */
  private static final int BATCH_BYTES = 64 * 1024;

  /** Backstop for a change that was not told. */
  private static final long LOOK_AGAIN_MILLIS = 60_000;

  /** A container that writes without a pause wakes its delivery that seldom. */
  private static final long GATHER_MILLIS = 10;

  private static final long STOP_MILLIS = 5_000;
  private static final long GLANCE_MILLIS = 100;

  /** Opens the target; the mark is what the last one left. */
  @FunctionalInterface
  public interface Opening {
    LogTarget open(long mark) throws IOException;
  }

  private final String containerId;
  private final LogFiles files;
  private final Path positionPath;
  private final Opening opening;
  private final RetryPolicy policy;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable Thread thread;
  private volatile long reading;
  private @Nullable PositionFile positions;
  private @Nullable LogTarget target;
  private volatile int failures;

  Delivery(
      String containerId, LogFiles files, Path positionPath, Opening opening, RetryPolicy policy) {
    this.containerId = containerId;
    this.files = files;
    this.positionPath = positionPath;
    this.opening = opening;
    this.policy = policy;
  }

  /** Opens the target now, so that a wrong address is told to the one who starts the container. */
  void open() throws IOException {
    target = opening.open(positions().position().mark());
  }

  private PositionFile positions() throws IOException {
    PositionFile open = positions;
    if (open == null) {
      open = new PositionFile(positionPath);
      positions = open;
    }
    return open;
  }

  /** Begins; {@code follow} tells when there is more, and the end. */
  void begin(LogFollow follow) {
    thread = Thread.ofVirtual().name("log-delivery").start(() -> run(follow));
  }

  /**
   * Waits until all is handed over after the container's end; false where it takes longer, or the
   * target is known to fail.
   */
  boolean await(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (failures == 0 && end - System.nanoTime() > 0) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (done.await(Math.min(left, GLANCE_MILLIS), TimeUnit.MILLISECONDS)) {
        return true;
      }
    }
    return done.getCount() == 0;
  }

  /** Number of the file it is at: the local log has to keep that one. */
  long reading() {
    return reading;
  }

  /** Ends it; what was not handed over is for the next one. */
  void stop() {
    Thread running = thread;
    if (running == null) {
      closeAll();
      return;
    }
    running.interrupt();
    try {
      if (!done.await(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.warn("the log delivery of container {} does not end", containerId);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(LogFollow follow) {
    try {
      while (!attempt(follow)) {
        Thread.sleep(waitMillis());
      }
    } catch (InterruptedException e) {
      LOG.debug("log delivery of container {} was stopped", containerId);
    } catch (RuntimeException e) {
      LOG.error("log delivery of container {} failed", containerId, e);
    } finally {
      closeAll();
      done.countDown();
    }
  }

  private long waitMillis() {
    double factor = Math.pow(1.5, Math.min(failures - 1, 60));
    double wanted = policy.firstMillis() * factor;
    return failures == 0 ? 0 : (long) Math.min(wanted, (double) policy.mostMillis());
  }

  /** True when there is nothing more to do. */
  private boolean attempt(LogFollow follow) throws InterruptedException {
    try {
      deliver(follow);
      return true;
    } catch (ClosedByInterruptException | InterruptedIOException e) {
      throw interrupted(e);
    } catch (ReopenException e) {
      closeTarget();
      return false;
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw interrupted(e);
      }
      failed(e);
      closeTarget();
      return false;
    }
  }

  private static InterruptedException interrupted(IOException e) {
    InterruptedException stop = new InterruptedException("stopped");
    stop.initCause(e);
    return stop;
  }

  private void failed(IOException e) throws InterruptedException {
    int inARow = failures + 1;
    failures = inARow; // written by this thread alone
    if (inARow == 1) {
      LOG.warn(
          "the log of container {} cannot be delivered and waits: {}", containerId, e.getMessage());
    }
    boolean tooOften = policy.attempts() > 0 && inARow >= policy.attempts();
    try {
      if (tooOften || policy.mostBacklog() > 0) {
        giveUp(tooOften);
      }
    } catch (ClosedByInterruptException stop) {
      throw interrupted(stop);
    } catch (IOException next) {
      LOG.warn("the log of container {} cannot be read: {}", containerId, next.getMessage());
    }
  }

  /** Passes over what the policy does not keep for a target that fails. */
  private void giveUp(boolean oneBatch) throws IOException {
    Position from = positions().position();
    long bytes = 0;
    try (LogWalk walk = new LogWalk(files, from.place())) {
      Batch batch = new Batch(from, null);
      boolean go = oneBatch;
      while (go || (policy.mostBacklog() > 0 && files.after(walk.place()) > policy.mostBacklog())) {
        go = false;
        batch.reset();
        if (walk.drain(batch) && batch.bytes == 0) {
          break;
        }
        bytes += batch.bytes;
        positions().write(batch.position(walk.place(), from.mark()));
      }
    }
    if (bytes > 0) {
      LOG.warn(
          "{} bytes of the log of container {} were given up: they could not be delivered",
          bytes,
          containerId);
    }
  }

  private void deliver(LogFollow follow) throws IOException, InterruptedException {
    Position from = positions().position();
    LogTarget to = target;
    if (to == null) {
      to = opening.open(from.mark());
      target = to;
    }
    try (LogWalk walk = new LogWalk(files, from.place())) {
      Batch batch = new Batch(from, to);
      if (to.mark() != from.mark()) {
        // It found less than was remembered, a file just rotated for one: what comes now must be
        // cut off there, should it not be remembered.
        positions().write(batch.position(walk.place(), to.mark()));
      }
      while (true) {
        long seen = follow.version();
        // Asked before reading: what was written before the end is read after it.
        boolean ended = follow.ended();
        boolean some = false;
        while (!deliver(walk, batch, to)) {
          some = true;
        }
        if (ended) {
          batch.reset();
          batch.end();
          commit(walk, batch, to);
          return;
        }
        if (some || batch.bytes > 0) {
          Thread.sleep(GATHER_MILLIS);
        }
        follow.awaitChange(seen, LOOK_AGAIN_MILLIS);
      }
    }
  }

  /** One batch; true where the present end of the log was reached. */
  private boolean deliver(LogWalk walk, Batch batch, LogTarget to) throws IOException {
    batch.reset();
    if (to.begin()) {
      positions().write(batch.position(walk.place(), to.mark()));
    }
    boolean atEnd = walk.drain(batch);
    reading = walk.place().number();
    commit(walk, batch, to);
    return atEnd;
  }

  private void commit(LogWalk walk, Batch batch, LogTarget to) throws IOException {
    if (batch.entries == 0) {
      return;
    }
    to.flush();
    positions().write(batch.position(walk.place(), to.mark()));
    if (failures > 0) {
      LOG.info("the log of container {} is delivered again", containerId);
      failures = 0;
    }
  }

  private void closeTarget() {
    LogTarget open = target;
    target = null;
    try {
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      LOG.debug("closing the log target of container {}: {}", containerId, e.getMessage());
    }
  }

  private void closeAll() {
    closeTarget();
    PositionFile open = positions;
    positions = null;
    try {
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      LOG.debug("closing {}: {}", positionPath, e.getMessage());
    }
  }

  /** Lines of the local log on their way into one batch of entries. */
  private final class Batch implements LineSink {
    private final @Nullable LogTarget to;
    private final LinePieces stdout;
    private final LinePieces stderr;
    private int entries;
    private long bytes;

    Batch(Position from, @Nullable LogTarget to) {
      this.to = to;
      this.stdout = new LinePieces(containerId, LogStream.STDOUT, from.stdout(), this::take);
      this.stderr = new LinePieces(containerId, LogStream.STDERR, from.stderr(), this::take);
    }

    void reset() {
      entries = 0;
      bytes = 0;
    }

    Position position(LogPlace read, long mark) {
      return new Position(stdout.position(read), stderr.position(read), mark);
    }

    void end() throws IOException {
      stdout.end();
      stderr.end();
    }

    private void take(LogEntry entry) throws IOException {
      if (to != null) {
        to.deliver(entry);
      }
      entries++;
    }

    @Override
    public void line(byte[] b, int start, int end, long number, long offset) throws IOException {
      bytes += end - start;
      if (K8sLine.valid(b, start, end)) {
        LinePieces pieces = K8sLine.stream(b, start) == LogStream.STDERR ? stderr : stdout;
        int text = start + K8sLine.HEADER;
        pieces.piece(
            b,
            text,
            end - 1 - text,
            K8sLine.partial(b, start),
            K8sLine.epochNanos(b, start),
            new LogPlace(number, offset));
      }
    }

    @Override
    public boolean enough() {
      return bytes >= BATCH_BYTES || (to != null && to.full());
    }
  }
}
