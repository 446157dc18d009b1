package dev.priok.http.server;

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
  private static final int HIGH = 256 * 1024;
  private static final int LOW = 64 * 1024;
  private static final byte[] NOTHING = new byte[0];

  /** Stops ({@code false}) and restarts the event loop's reading; callable from any thread. */
  interface Tap {
    void reading(boolean on);
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
  private final Tap tap;
  private int queued;
  private boolean paused;
  private boolean ended;
  private boolean discarding;
  private byte[] current = NOTHING;
  private int position;
  private long deadline;

  Inbound(Tap tap) {
    this.tap = tap;
  }

  void offer(byte[] piece) {
    lock.lock();
    try {
      if (discarding) {
        return;
      }
      queue.add(piece);
      queued += piece.length;
      if (queued > HIGH && !paused) {
        paused = true;
        tap.reading(false);
      }
      arrived.signalAll();
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
      queue.clear();
      queued = 0;
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

  @Override
  public int read() throws IOException {
    if (position == current.length && !next()) {
      return -1;
    }
    return current[position++] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (position == current.length && !next()) {
      return -1;
    }
    int count = Math.min(length, current.length - position);
    System.arraycopy(current, position, bytes, offset, count);
    position += count;
    return count;
  }

  @Override
  public int available() {
    lock.lock();
    try {
      return current.length - position + queued;
    } finally {
      lock.unlock();
    }
  }

  private boolean next() throws IOException {
    lock.lock();
    try {
      byte @Nullable [] piece = queue.poll();
      while (piece == null) {
        if (ended || discarding) {
          return false;
        }
        await();
        piece = queue.poll();
      }
      current = piece;
      position = 0;
      queued -= piece.length;
      if (paused && queued < LOW) {
        paused = false;
        tap.reading(true);
      }
      return true;
    } finally {
      lock.unlock();
    }
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
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while reading from the client");
    }
  }
}
