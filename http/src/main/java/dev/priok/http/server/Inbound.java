package dev.priok.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the client sent, as a blocking stream with a bounded buffer.
 *
 * <p>The event loop puts pieces in and never waits; when the reader is slower than the client the
 * loop is told to stop reading, so that the kernel's buffers fill and the client is slowed down.
 * Reading ahead this far also means that the end of a connection is noticed while a request is
 * still being worked on.
 */
final class Inbound extends InputStream {
  private static final int HIGH = 512 * 1024;
  private static final int LOW = 256 * 1024;

  /** A reader of a long body is not woken for less, as long as more comes within the time. */
  private static final int BATCH = 192 * 1024;

  private static final long BATCH_NANOS = 500_000;

  /** Stops ({@code false}) and restarts the event loop's reading; callable from any thread. */
  interface Tap {
    void reading(boolean on);
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
  private final Tap tap;
  private int queued;
  private boolean paused;
  private boolean ended;
  private boolean discarding;

  /** Read by whoever holds the lock, so that {@link #discard} never takes it from under him. */
  private ByteBuf current = Unpooled.EMPTY_BUFFER;

  private long deadline;
  private boolean inBatches;

  /** The reader sleeps until so much is here. */
  private int wanted = 1;

  Inbound(Tap tap) {
    this.tap = tap;
  }

  /** Takes over the piece, which is released when it was read. */
  void offer(ByteBuf piece) {
    lock.lock();
    try {
      if (discarding) {
        piece.release();
        return;
      }
      queue.add(piece);
      queued += piece.readableBytes();
      if (queued > HIGH && !paused) {
        paused = true;
        tap.reading(false);
      }
      if (queued >= wanted) {
        arrived.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** No more will come: the client shut down its side, or is gone. */
  void end() {
    lock.lock();
    try {
      ended = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean ended() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** Throws away what is here and all that comes, and wakes readers with the stream's end. */
  void discard() {
    lock.lock();
    try {
      discarding = true;
      queue.forEach(ByteBuf::release);
      queue.clear();
      queued = 0;
      current.release();
      current = Unpooled.EMPTY_BUFFER;
      if (paused) {
        paused = false;
        tap.reading(true);
      }
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void deadlineIn(long nanos) {
    deadline = System.nanoTime() + nanos;
    if (deadline == 0) {
      deadline = 1;
    }
  }

  void noDeadline() {
    deadline = 0;
  }

  /**
   * Whether what comes is part of something long. The client, the event loop and the reader then
   * take turns less often: half of the time of an archive went into waking each other for each 32
   * KiB that the docker command sends.
   */
  void inBatches(boolean yes) {
    lock.lock();
    try {
      inBatches = yes;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    lock.lock();
    try {
      if (!current.isReadable() && !next()) {
        return -1;
      }
      int value = current.readUnsignedByte();
      releaseRead();
      return value;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    lock.lock();
    try {
      if (!current.isReadable() && !next()) {
        return -1;
      }
      int count = Math.min(length, current.readableBytes());
      current.readBytes(bytes, offset, count);
      releaseRead();
      return count;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int available() {
    lock.lock();
    try {
      return current.readableBytes() + queued;
    } finally {
      lock.unlock();
    }
  }

  /** A client that rests holds no buffer. */
  private void releaseRead() {
    if (!current.isReadable()) {
      current.release();
      current = Unpooled.EMPTY_BUFFER;
    }
  }

  /** With the lock held, and nothing left of the present piece. */
  private boolean next() throws IOException {
    @Nullable ByteBuf piece = queue.poll();
    if (piece == null && inBatches && !ended && !discarding) {
      awaitBatch();
      piece = queue.poll();
    }
    while (piece == null) {
      if (ended || discarding) {
        return false;
      }
      await();
      piece = queue.poll();
    }
    current = piece;
    queued -= piece.readableBytes();
    if (paused && queued < LOW) {
      paused = false;
      tap.reading(true);
    }
    return true;
  }

  /** A batch, or what there is after a moment; the caller looks what has come. */
  @SuppressWarnings("WaitNotInLoop")
  private void awaitBatch() throws IOException {
    wanted = BATCH;
    try {
      long left = BATCH_NANOS;
      while (queued < BATCH && !ended && !discarding && left > 0) {
        left = arrived.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw interrupted();
    } finally {
      wanted = 1;
    }
  }

  private static IOException interrupted() {
    Thread.currentThread().interrupt();
    return new java.io.InterruptedIOException("interrupted while reading from the client");
  }

  /** One wait; the caller's loop looks again. */
  @SuppressWarnings("WaitNotInLoop")
  private void await() throws IOException {
    try {
      if (deadline == 0) {
        arrived.await();
        return;
      }
      long left = deadline - System.nanoTime();
      if (left <= 0 || (!arrived.await(left, TimeUnit.NANOSECONDS) && queue.isEmpty() && !ended)) {
        throw new SocketTimeoutException("the client sent nothing in time");
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }
}
