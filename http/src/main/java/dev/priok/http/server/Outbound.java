package dev.priok.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What goes to the client.
 *
 * <p>Writers append to one buffer and ask the event loop to send it; whatever is appended until the
 * loop gets there goes out in the same system call (and, in a chunked response, in the same chunk).
 * So nothing is delayed, and a hundred thousand short log lines do not cost as many calls. Writers
 * wait while the buffer is full, that is while the client is slow.
 */
final class Outbound {
  private static final int LIMIT = 256 * 1024;
  private static final int SMALL = 4 * 1024;
  private static final int LARGE = 64 * 1024;
  // Eight digits, so that the size can be filled in once the chunk is complete; RFC 9112 section
  // 7.1 allows leading zeros.
  private static final byte[] CHUNK_HEAD = "00000000\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] LINE_END = "\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NONE = new byte[0];

  /** Smaller pieces are gathered: many lines should not cost as many system calls. */
  static final int WORTH_A_CALL = 8 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Channel channel;

  /** Full buffers before the pending one: a large one would be copied each time it grows. */
  private final ArrayDeque<ByteBuf> full = new ArrayDeque<>();

  private int fullBytes;
  private @Nullable ByteBuf pending;
  private int chunk = -1;
  private final @Nullable DirectOutput direct;

  /** Writes that were handed to the channel and are not done: later bytes must not overtake. */
  private int handed;

  private boolean scheduled;
  private boolean finishing;
  private boolean dead;

  Outbound(Channel channel, @Nullable DirectOutput direct) {
    this.channel = channel;
    this.direct = direct;
  }

  void raw(byte[] bytes, int offset, int length) throws IOException {
    append(false, NONE, bytes, offset, length);
  }

  /** Two pieces that should leave together: a head and its body, a frame's header and its data. */
  void raw(byte[] first, byte[] bytes, int offset, int length) throws IOException {
    append(false, first, bytes, offset, length);
  }

  /**
   * As {@link #raw(byte[], byte[], int, int)}, written by the calling thread where nothing is
   * before it and the socket has room; what it does not take now goes the other way.
   */
  void rawNow(byte[] first, byte[] bytes, int offset, int length) throws IOException {
    DirectOutput way = direct;
    if (way != null) {
      lock.lock();
      try {
        if (mayWriteNow()) {
          writeNow(way, first, bytes, offset, length, NONE);
          return;
        }
      } finally {
        lock.unlock();
      }
    }
    append(false, first, bytes, offset, length);
  }

  /** Waits until the client has read everything, but no longer than that: it may never read. */
  void awaitRead(Duration most) throws IOException {
    long end = System.nanoTime() + most.toNanos();
    while (!isRead() && System.nanoTime() < end) {
      LockSupport.parkNanos(100_000);
    }
  }

  private boolean isRead() throws IOException {
    lock.lock();
    try {
      return direct == null || dead || (mayWriteNow() && direct.isRead());
    } finally {
      lock.unlock();
    }
  }

  /** True where what is written now goes out without waiting for earlier bytes. */
  boolean isIdle() {
    lock.lock();
    try {
      return mayWriteNow();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing is queued before it, here or in the channel. */
  private boolean mayWriteNow() {
    return !dead && !finishing && !scheduled && handed == 0 && waiting() == 0;
  }

  private static byte[] chunkHead(byte[] first, int length) {
    byte[] size =
        (Integer.toHexString(first.length + length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] head = Arrays.copyOf(size, size.length + first.length);
    System.arraycopy(first, 0, head, size.length, first.length);
    return head;
  }

  private void writeNow(
      DirectOutput way, byte[] first, byte[] bytes, int offset, int length, byte[] last)
      throws IOException {
    ByteBuf buffer = channel.alloc().directBuffer(first.length + length + last.length);
    try {
      buffer.writeBytes(first).writeBytes(bytes, offset, length).writeBytes(last);
      way.write(buffer);
      if (buffer.isReadable()) {
        pending = buffer.retain();
        schedule();
      }
    } finally {
      buffer.release();
    }
  }

  private void schedule() throws IOException {
    if (!scheduled) {
      try {
        channel.eventLoop().execute(this::drain);
        scheduled = true;
      } catch (RejectedExecutionException e) {
        // The event loops have stopped: the server is closed.
        throw new IOException("the server is stopping", e);
      }
    }
  }

  /** Body bytes of a chunked response. */
  void chunk(byte[] first, byte[] bytes, int offset, int length) throws IOException {
    if (first.length + length == 0) {
      return;
    }
    DirectOutput way = direct;
    if (way != null && length >= WORTH_A_CALL) {
      lock.lock();
      try {
        if (mayWriteNow()) {
          writeNow(way, chunkHead(first, length), bytes, offset, length, LINE_END);
          return;
        }
      } finally {
        lock.unlock();
      }
    }
    append(true, first, bytes, offset, length);
  }

  void endChunks() throws IOException {
    append(false, NONE, LAST_CHUNK, 0, LAST_CHUNK.length);
  }

  private void append(boolean chunked, byte[] first, byte[] bytes, int offset, int length)
      throws IOException {
    lock.lock();
    try {
      while (!dead && !finishing && waiting() >= LIMIT) {
        room.await();
      }
      if (dead || finishing) {
        throw new IOException("the client is gone");
      }
      int needed = first.length + length + CHUNK_HEAD.length + 2;
      ByteBuf buffer = pending;
      if (buffer != null && buffer.readableBytes() >= LARGE && buffer.writableBytes() < needed) {
        closeChunk(buffer);
        full.add(buffer);
        fullBytes += buffer.readableBytes();
        buffer = null;
      }
      if (buffer == null) {
        int size = needed >= LARGE / 2 ? Math.max(LARGE, needed) : Math.max(SMALL, needed);
        buffer = channel.alloc().directBuffer(size);
        pending = buffer;
      }
      if (chunked && chunk < 0) {
        chunk = buffer.writerIndex();
        buffer.writeBytes(CHUNK_HEAD);
      } else if (!chunked) {
        closeChunk(buffer);
      }
      buffer.writeBytes(first).writeBytes(bytes, offset, length);
      schedule();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while writing to the client");
    } finally {
      lock.unlock();
    }
  }

  private int waiting() {
    return fullBytes + (pending == null ? 0 : pending.readableBytes());
  }

  private void closeChunk(ByteBuf buffer) {
    if (chunk < 0) {
      return;
    }
    int size = buffer.writerIndex() - chunk - CHUNK_HEAD.length;
    for (int i = 7; i >= 0; i--) {
      buffer.setByte(chunk + i, HEX[size & 0xf]);
      size >>>= 4;
    }
    buffer.writeByte('\r').writeByte('\n');
    chunk = -1;
  }

  /** On the event loop: sends what is there, unless the client must first take what it has. */
  // A write that fails closes the channel, which ends the writers (die).
  @SuppressWarnings("FutureReturnValueIgnored")
  void drain() {
    ByteBuf buffer;
    List<ByteBuf> before;
    lock.lock();
    try {
      if (dead) {
        release();
        return;
      }
      if (!channel.isWritable() && !finishing) {
        // Stays scheduled: writability's return drains.
        return;
      }
      scheduled = false;
      buffer = pending;
      if (buffer == null) {
        return;
      }
      closeChunk(buffer);
      pending = null;
      before = full.isEmpty() ? List.of() : List.copyOf(full);
      full.clear();
      fullBytes = 0;
      handed++;
      room.signalAll();
    } finally {
      lock.unlock();
    }
    for (ByteBuf earlier : before) {
      channel.write(earlier, channel.voidPromise()); // one writev(2) with the last
    }
    channel.writeAndFlush(buffer).addListener(f -> sent());
  }

  private void sent() {
    lock.lock();
    try {
      handed--;
    } finally {
      lock.unlock();
    }
  }

  /** Sends what is buffered, then runs the action on the event loop. */
  void finish(Runnable action) {
    lock.lock();
    try {
      finishing = true;
      room.signalAll();
    } finally {
      lock.unlock();
    }
    channel
        .eventLoop()
        .execute(() -> {
          drain();
          channel
              .writeAndFlush(Unpooled.EMPTY_BUFFER)
              .addListener((ChannelFutureListener) f -> action.run());
        });
  }

  /** The connection is closed: writers fail from now on. */
  void die() {
    lock.lock();
    try {
      if (!dead && direct != null) {
        direct.close();
      }
      dead = true;
      release();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void release() {
    full.forEach(ByteBuf::release);
    full.clear();
    fullBytes = 0;
    if (pending != null) {
      pending.release();
      pending = null;
    }
  }
}
