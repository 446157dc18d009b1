package dev.priok.engine.events;

import dev.priok.engine.Filters;
import dev.priok.engine.Timestamps;
import dev.priok.engine.streams.MessageSink;
import dev.priok.model.api.system.EventActor;
import dev.priok.model.api.system.EventMessage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Events in memory: a ring of the last ones for {@code since}, and a bounded queue a reader.
 *
 * <p>A reader that falls {@value #READER_CAPACITY} events behind is cut off rather than waited for:
 * its stream ends, and it can ask again with {@code since}.
 */
public final class EventBus implements Events {
  private static final int RING = 1024;
  private static final int READER_CAPACITY = 4096;

  private final Deque<EventMessage> past = new ArrayDeque<>(RING);
  private final List<Reader> readers = new CopyOnWriteArrayList<>();

  @Override
  public void publish(Type type, String action, String actorId, Map<String, String> attributes) {
    Instant now = Instant.now();
    long nanos =
        Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    EventMessage event =
        new EventMessage(
            type.apiName(),
            action,
            new EventActor(actorId, Map.copyOf(attributes)),
            "local",
            now.getEpochSecond(),
            nanos);
    // One lock for ring and readers, so that a reader that starts sees each event exactly once.
    synchronized (past) {
      if (past.size() == RING) {
        past.removeFirst();
      }
      past.addLast(event);
      for (Reader reader : readers) {
        reader.offer(event);
      }
    }
  }

  /** How many clients read, for {@code docker info}. */
  public int readers() {
    return readers.size();
  }

  @Override
  public void stream(
      @Nullable String since,
      @Nullable String until,
      Filters filters,
      MessageSink<EventMessage> sink) {
    EventFilter filter = new EventFilter(filters);
    Instant from = Timestamps.parse(since);
    Instant to = Timestamps.parse(until);
    Reader reader = new Reader(filter);
    List<EventMessage> first = new ArrayList<>();
    synchronized (past) {
      if (from != null) {
        past.stream().filter(e -> !at(e).isBefore(from) && filter.matches(e)).forEach(first::add);
      }
      readers.add(reader);
    }
    sink.onGone(reader::end);
    try {
      sink.open();
      for (EventMessage event : first) {
        if (to == null || !at(event).isAfter(to)) {
          sink.emit(event);
        }
      }
      reader.forward(sink, to);
    } catch (IOException e) {
      // The client has gone, which is how an events call without `until` ends.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      readers.remove(reader);
    }
  }

  private static Instant at(EventMessage event) {
    long nanos = event.timeNano() == null ? 0 : event.timeNano();
    return Instant.ofEpochSecond(nanos / 1_000_000_000L, nanos % 1_000_000_000L);
  }

  /** One client's queue. */
  private static final class Reader {
    private final EventFilter filter;
    private final ArrayBlockingQueue<EventMessage> queue =
        new ArrayBlockingQueue<>(READER_CAPACITY);
    private volatile boolean ended;
    private volatile @Nullable Thread thread;

    Reader(EventFilter filter) {
      this.filter = filter;
    }

    void offer(EventMessage event) {
      if (filter.matches(event) && !queue.offer(event)) {
        ended = true;
      }
    }

    void end() {
      ended = true;
      Thread forwarding = thread;
      if (forwarding != null) {
        forwarding.interrupt();
      }
    }

    void forward(MessageSink<EventMessage> sink, @Nullable Instant to)
        throws IOException, InterruptedException {
      thread = Thread.currentThread();
      while (!ended || !queue.isEmpty()) {
        EventMessage event = queue.poll(millisUntil(to), TimeUnit.MILLISECONDS);
        if (event != null && (to == null || !at(event).isAfter(to))) {
          sink.emit(event);
        } else if (to != null && !Instant.now().isBefore(to)) {
          return;
        }
      }
    }

    private static long millisUntil(@Nullable Instant to) {
      if (to == null) {
        return 60_000;
      }
      return Math.clamp(to.toEpochMilli() - System.currentTimeMillis() + 1, 0, 60_000);
    }
  }
}
