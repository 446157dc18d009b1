package dev.priok.host.runtime;

import dev.priok.host.logging.LogFollow;
import dev.priok.kernel.event.EventLoop;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Hands one process's output to its subscribers, and has the reading stopped while one of them is
 * behind but moving; see {@link Attachment}. Everything but {@link #subscribe} happens on the event
 * loop's thread.
 */
final class OutputFan {
  private static final long PATIENCE_MILLIS = 2000;

  private final EventLoop loop;
  private final Path spillDirectory;
  private final Source source;
  private final List<OutputQueue> subscribers = new CopyOnWriteArrayList<>();
  private final ChangeSignal signal = new ChangeSignal();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final AtomicBoolean watching = new AtomicBoolean();
  private volatile boolean paused;

  /** Where the output comes from; told on the loop's thread. */
  interface Source {
    /** Reads from now on; nothing where it does already. */
    void listen();

    /** Reads no more for now. */
    void rest();
  }

  OutputFan(EventLoop loop, Path spillDirectory, Source source) {
    this.loop = loop;
    this.spillDirectory = spillDirectory;
    this.source = source;
  }

  /** Completes when everything was handed over. */
  CompletableFuture<Void> end() {
    return end;
  }

  boolean hasEnded() {
    return end.isDone();
  }

  /** Whether reading is to stop. */
  boolean isPaused() {
    return paused;
  }

  LogFollow follow() {
    return signal;
  }

  Attachment.Subscription subscribe(OutputSink sink) {
    OutputQueue queue =
        new OutputQueue(sink, spillDirectory, () -> loop.execute(this::resumeIfRelieved));
    queue.start();
    // On the loop, so that a subscriber sees each piece wholly or not at all.
    loop.execute(() -> {
      if (hasEnded()) {
        queue.end();
      } else if (!queue.isCancelled()) {
        subscribers.add(queue);
        if (!paused) {
          source.listen(); // for the first one, the output waited
        }
      }
    });
    return () -> {
      subscribers.remove(queue);
      queue.cancel();
    };
  }

  void deliver(Chunk chunk) {
    boolean full = false;
    for (OutputQueue subscriber : subscribers) {
      full |= subscriber.offer(chunk);
    }
    signal.changed();
    if (full && !paused) {
      pause();
    }
  }

  /** Nothing more comes. */
  void finish() {
    end.complete(null);
    signal.end();
    subscribers.forEach(OutputQueue::end);
    subscribers.clear();
  }

  private void pause() {
    paused = true;
    source.rest();
    if (watching.compareAndSet(false, true)) {
      Thread.ofVirtual().name("output-patience").start(this::watchProgress);
    }
  }

  /** As long as reading is stopped: who stands still for that long gets its output put aside. */
  private void watchProgress() {
    while (paused && !hasEnded()) {
      List<OutputQueue> pressing = subscribers.stream().filter(OutputQueue::pressing).toList();
      long[] before = pressing.stream().mapToLong(OutputQueue::delivered).toArray();
      try {
        Thread.sleep(PATIENCE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      for (int i = 0; i < before.length; i++) {
        OutputQueue subscriber = pressing.get(i);
        if (subscriber.pressing() && subscriber.delivered() == before[i]) {
          subscriber.putAside();
        }
      }
      loop.execute(this::resumeIfRelieved);
    }
    watching.set(false);
    loop.execute(this::watchAgain);
  }

  /** A pause that began while the last watcher was leaving. */
  private void watchAgain() {
    if (paused && !hasEnded() && watching.compareAndSet(false, true)) {
      Thread.ofVirtual().name("output-patience").start(this::watchProgress);
    }
  }

  private void resumeIfRelieved() {
    if (paused && !hasEnded() && subscribers.stream().noneMatch(OutputQueue::pressing)) {
      paused = false;
      source.listen();
    }
  }
}
