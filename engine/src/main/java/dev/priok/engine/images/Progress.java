package dev.priok.engine.images;

import dev.priok.engine.disk.DiskRoom;
import dev.priok.engine.streams.MessageSink;
import dev.priok.host.registry.Cancellation;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import dev.priok.model.id.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lines that an operation sends, from several threads, bars no more than ten times a second. A
 * client that goes away cancels the operation.
 */
final class Progress {
  private static final long BAR_INTERVAL_NANOS = 100_000_000L;

  private final MessageSink<ProgressMessage> sink;
  private final ReentrantLock sending = new ReentrantLock();
  private final Map<String, Long> lastBar = new ConcurrentHashMap<>();
  private final Cancellation cancellation = new Cancellation();
  private final DiskRoom room;

  Progress(MessageSink<ProgressMessage> sink, DiskRoom room) {
    this.sink = sink;
    this.room = room;
    sink.onGone(cancellation::cancel);
  }

  /** Ends the operation's transfers when the client is gone. */
  Cancellation cancellation() {
    return cancellation;
  }

  /** Refuses to go on where the client is gone or the disk has no room; before each piece. */
  void check() throws IOException {
    cancellation.check();
    room.check();
  }

  void open() {
    send(sink::open);
  }

  /** A line of its own, which the docker command does not overwrite. */
  void line(String status) {
    emit(new ProgressMessage(status, null, null, null, null, null, null, null));
  }

  void line(String id, String status) {
    emit(new ProgressMessage(status, null, null, id, null, null, null, null));
  }

  /** The present state of one of several things that go on. */
  void state(String id, String status) {
    emit(ProgressMessage.status(id, status));
  }

  void bar(String id, String status, long current, long total) {
    long now = System.nanoTime();
    Long last = lastBar.get(id);
    if (last != null && now - last < BAR_INTERVAL_NANOS) {
      return;
    }
    lastBar.put(id, now);
    emit(ProgressMessage.progress(id, status, current, total));
  }

  void stream(String text) {
    emit(ProgressMessage.stream(text));
  }

  void aux(Object value) {
    emit(ProgressMessage.aux(value));
  }

  /** A stream whose reading draws a bar. */
  InputStream reading(InputStream in, String id, String status, long total) {
    return new FilterInputStream(in) {
      private long count;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        check();
        int n = super.read(buffer, offset, length);
        if (n > 0) {
          count += n;
          bar(id, status, count, total);
        }
        return n;
      }
    };
  }

  private void emit(ProgressMessage message) {
    send(() -> sink.emit(message));
  }

  private interface Sending {
    void run() throws IOException;
  }

  private void send(Sending action) {
    sending.lock();
    try {
      if (cancellation.isCancelled()) {
        throw new EngineException(ErrorKind.UNAVAILABLE, "context canceled");
      }
      action.run();
    } catch (IOException e) {
      cancellation.cancel();
      throw new EngineException(ErrorKind.UNAVAILABLE, "context canceled", e);
    } finally {
      sending.unlock();
    }
  }

  /** The twelve digits that lines are headed with. */
  static String shortId(Digest digest) {
    return digest.hex().substring(0, 12);
  }
}
