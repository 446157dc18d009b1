package dev.priok.engine.events;

import dev.priok.engine.Filters;
import dev.priok.engine.Timestamps;
import dev.priok.engine.streams.MessageSink;
import dev.priok.host.journal.Journal;
import dev.priok.model.api.Json;
import dev.priok.model.api.system.EventActor;
import dev.priok.model.api.system.EventMessage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events in a durable journal, and readers that follow it.
 *
 * <p>A reader is a place in the journal, and has no queue: however slowly its client reads, nobody
 * waits for it and nothing grows. It has fallen behind only when the journal has dropped what it
 * was to read next, a million events later; it is then told how many it missed, by an event that it
 * alone gets, and goes on with the oldest that is left.
 */
public final class EventBus implements Events, AutoCloseable {
  /** Action of the event that tells a reader what it missed. */
  public static final String MISSED = "events_missed";

  private static final Logger LOG = LoggerFactory.getLogger(EventBus.class);
  private static final int PAGE = 256;

  private final Journal journal;
  private final RecentEvents recent = new RecentEvents();
  private final AtomicInteger readers = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final long began;
  private long end;
  private boolean closed;

  /** The journal stays the caller's. */
  public EventBus(Journal journal) {
    this.journal = journal;
    this.end = journal.end();
    this.began = end;
  }

  /** How many events there were since this daemon's start. */
  public long published() {
    lock.lock();
    try {
      return end - began;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void publish(Type type, String action, String actorId, Map<String, String> attributes) {
    lock.lock();
    try {
      // The time is taken inside, so that the order of times is that of the journal.
      store(message(type, action, actorId, attributes));
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static EventMessage message(
      Type type, String action, String actorId, Map<String, String> attributes) {
    Instant now = Instant.now();
    long nanos =
        Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    return new EventMessage(
        type.apiName(),
        action,
        new EventActor(actorId, Map.copyOf(attributes)),
        "local",
        now.getEpochSecond(),
        nanos);
  }

  private void store(EventMessage event) {
    try {
      long number = journal.append(nanos(event), Json.mapper().writeValueAsBytes(event));
      recent.add(number, event);
      end = number + 1;
    } catch (IOException e) {
      LOG.error("an event is lost: {}", e.getMessage());
    }
  }

  /** How many clients read, for {@code docker info}. */
  public int readers() {
    return readers.get();
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
    // Docker: either bound asks for the past, both unset for what is to come.
    long fromNanos = from == null ? (to == null ? Long.MAX_VALUE : Long.MIN_VALUE) : nanos(from);
    long toNanos = to == null ? Long.MAX_VALUE : nanos(to);
    Reader reader = new Reader(filter, fromNanos, toNanos);
    sink.onGone(reader::leave);
    readers.incrementAndGet();
    try {
      sink.open();
      reader.forward(sink);
    } catch (IOException e) {
      LOG.debug("a reader of events left: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      readers.decrementAndGet();
    }
  }

  private static long nanos(Instant time) {
    try {
      return Math.addExact(
          Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    } catch (ArithmeticException e) {
      return time.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  private static long nanos(EventMessage event) {
    return event.timeNano() == null ? 0 : event.timeNano();
  }

  /** Lets all readers go. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** One client's place. */
  private final class Reader {
    private final EventFilter filter;
    private final long fromNanos;
    private final long toNanos;
    private long next;
    private boolean gone;

    Reader(EventFilter filter, long fromNanos, long toNanos) {
      this.filter = filter;
      this.fromNanos = fromNanos;
      this.toNanos = toNanos;
      // Taken before the head of the answer goes out: a client that has it misses nothing.
      lock.lock();
      try {
        this.next = fromNanos == Long.MAX_VALUE ? end : journal.firstSince(fromNanos);
      } finally {
        lock.unlock();
      }
    }

    void leave() {
      lock.lock();
      try {
        gone = true;
        more.signalAll();
      } finally {
        lock.unlock();
      }
    }

    void forward(MessageSink<EventMessage> sink) throws IOException, InterruptedException {
      while (true) {
        List<RecentEvents.Numbered> page = page();
        for (RecentEvents.Numbered event : page) {
          if (event.number() > next) {
            missed(sink, event.number() - next);
          }
          emit(sink, event.message());
          next = event.number() + 1;
        }
        if (page.isEmpty() && !awaitMore()) {
          return;
        }
      }
    }

    private void emit(MessageSink<EventMessage> sink, EventMessage event) throws IOException {
      long at = nanos(event);
      boolean wanted = fromNanos == Long.MAX_VALUE || at >= fromNanos;
      if (wanted && at <= toNanos && filter.matches(event)) {
        sink.emit(event);
      }
    }

    private void missed(MessageSink<EventMessage> sink, long count) throws IOException {
      String number = Long.toString(count);
      sink.emit(message(Type.DAEMON, MISSED, "", Map.of("missed", number, "reason", "too slow")));
    }

    private List<RecentEvents.Numbered> page() throws IOException {
      List<RecentEvents.Numbered> inMemory = recent.from(next, PAGE);
      if (inMemory != null) {
        return inMemory;
      }
      return journal.read(next, PAGE).stream().map(RecentEvents.Numbered::of).toList();
    }

    /** False where there is nothing to wait for. */
    private boolean awaitMore() throws InterruptedException {
      lock.lock();
      try {
        while (end <= next) {
          if (gone || closed) {
            return false;
          }
          if (toNanos == Long.MAX_VALUE) {
            more.await();
          } else {
            long left = toNanos - nanos(Instant.now());
            if (left < 0) {
              return false;
            }
            more.awaitNanos(left + 1);
          }
        }
        return !gone && !closed;
      } finally {
        lock.unlock();
      }
    }
  }
}
