package dev.priok.kernel.event;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.priok.kernel.call.Architecture;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One thread that waits for many descriptors (epoll, level-triggered).
 *
 * <pre>{@code
 * EventLoop loop = EventLoop.start("conmon", failure -> log.error("handler failed", failure));
 * Registration watching = loop.register(fd, EventLoop.READ, events -> drain(fd));
 * loop.execute(() -> ...);   // on the loop's thread
 * watching.cancel();         // before fd.close()
 * }</pre>
 *
 * <p>Handlers run one after another and must not block; level-triggered means one that does not
 * read what is there is called again at once. A handler that throws is reported and stays
 * registered.
 */
public final class EventLoop implements Executor, AutoCloseable {
  /** Something to read, or the end. */
  public static final int READ = 0x001;

  /** Room to write. */
  public static final int WRITE = 0x004;

  /** An error is pending. Comes unasked. */
  public static final int ERROR = 0x008;

  /** Both directions are closed. Comes unasked. */
  public static final int HANG_UP = 0x010;

  /** The other side will not write any more. */
  public static final int READ_HANG_UP = 0x2000;

  private static final int CTL_ADD = 1;
  private static final int CTL_DEL = 2;
  private static final int CTL_MOD = 3;
  private static final int BATCH = 64;
  // The kernel packs struct epoll_event on x86-64 only.
  private static final int EVENT_SIZE = Architecture.ARM64 ? 16 : 12;
  private static final int DATA_OFFSET = Architecture.ARM64 ? 8 : 4;
  private static final long WAKE = 0;

  private final Fd epoll;
  private final Fd wake;
  private final Thread thread;
  private final Consumer<Throwable> failures;
  private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicLong tokens = new AtomicLong(WAKE);
  private final AtomicBoolean woken = new AtomicBoolean();
  // Keeps the two descriptors from being closed while another thread is inside a call on them.
  private final Object lock = new Object();
  private volatile boolean closed;

  private EventLoop(String name, Fd epoll, Fd wake, Consumer<Throwable> failures) {
    this.epoll = epoll;
    this.wake = wake;
    this.failures = failures;
    this.thread = Thread.ofPlatform().daemon().name("loop-" + name).unstarted(this::run);
  }

  /**
   * Starts one.
   *
   * @param name of its thread
   * @param failures told what handlers and tasks throw; must not throw itself
   */
  public static EventLoop start(String name, Consumer<Throwable> failures) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      int flags = OpenFlags.CLOSE_ON_EXEC;
      long e = s.call(SystemCall.EPOLL_CREATE1, flags);
      Fd epoll = new Fd((int) LinuxException.check(e, SystemCall.EPOLL_CREATE1, name));
      long w = s.call(SystemCall.EVENTFD2, 0, flags | OpenFlags.NON_BLOCKING);
      if (w < 0) {
        epoll.close();
      }
      Fd wake = new Fd((int) LinuxException.check(w, SystemCall.EVENTFD2, name));
      EventLoop loop = new EventLoop(name, epoll, wake, failures);
      loop.control(CTL_ADD, wake.number(), READ, WAKE);
      loop.thread.start();
      return loop;
    }
  }

  /** Calls the handler when something of interest holds, from now on and until cancelled. */
  public Registration register(Fd fd, int interest, EventHandler handler) throws LinuxException {
    if (closed) {
      throw new IllegalStateException("The loop is closed");
    }
    Entry entry = new Entry(tokens.incrementAndGet(), fd, handler);
    entries.put(entry.token, entry);
    try {
      control(CTL_ADD, fd.number(), interest, entry.token);
    } catch (LinuxException failure) {
      entries.remove(entry.token);
      throw failure;
    }
    return entry;
  }

  /** Runs it on the loop's thread, soon. */
  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    wakeUp();
  }

  /** Whether the caller is the loop's thread. */
  public boolean isLoopThread() {
    return Thread.currentThread().equals(thread);
  }

  /** Stops the thread. Registered descriptors stay open; they belong to others. */
  @Override
  public void close() {
    closed = true;
    wakeUp();
    if (!isLoopThread()) {
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void wakeUp() {
    if (woken.compareAndSet(false, true)) {
      synchronized (lock) {
        if (wake.isOpen()) {
          try {
            Io.write(wake, new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
          } catch (LinuxException failure) {
            failures.accept(failure);
          }
        }
      }
    }
  }

  private void run() {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment events = s.take((long) BATCH * EVENT_SIZE);
      while (!closed) {
        long n = s.call(SystemCall.EPOLL_PWAIT, epoll.number(), events.address(), BATCH, -1, 0, 8);
        if (n < 0) {
          failures.accept(new LinuxException("epoll_pwait", (int) -n, epoll));
          break;
        }
        for (int i = 0; i < n && !closed; i++) {
          long at = (long) i * EVENT_SIZE;
          long token = events.get(JAVA_LONG_UNALIGNED, at + DATA_OFFSET);
          dispatch(token, events.get(JAVA_INT.withByteAlignment(1), at));
        }
      }
    } finally {
      closed = true;
      synchronized (lock) {
        epoll.close();
        wake.close();
      }
    }
  }

  private void dispatch(long token, int events) {
    if (token == WAKE) {
      runTasks();
      return;
    }
    Entry entry = entries.get(token); // gone if a handler of this batch cancelled it
    if (entry != null) {
      try {
        entry.handler.ready(events);
      } catch (Exception | AssertionError failure) {
        failures.accept(failure);
      }
    }
  }

  private void runTasks() {
    try {
      Io.read(wake, new byte[8], 0, 8);
    } catch (LinuxException failure) {
      if (!failure.is(Errno.EAGAIN)) {
        failures.accept(failure);
      }
    }
    woken.set(false); // before draining: a task added after this wakes us again
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      try {
        task.run();
      } catch (RuntimeException | AssertionError failure) {
        failures.accept(failure);
      }
    }
  }

  private void control(int operation, int fd, int interest, long token) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment event = s.take(16);
      event.set(JAVA_INT, 0, interest);
      event.set(JAVA_LONG_UNALIGNED, DATA_OFFSET, token);
      synchronized (lock) {
        if (!epoll.isOpen()) {
          return; // the loop has ended, and with it all registrations
        }
        long r = s.call(SystemCall.EPOLL_CTL, epoll.number(), operation, fd, event.address());
        LinuxException.check(r, SystemCall.EPOLL_CTL, "fd " + fd);
      }
    }
  }

  private final class Entry implements Registration {
    private final long token;
    private final Fd fd;
    private final EventHandler handler;

    Entry(long token, Fd fd, EventHandler handler) {
      this.token = token;
      this.fd = fd;
      this.handler = handler;
    }

    @Override
    public void modify(int interest) throws LinuxException {
      if (entries.containsKey(token)) {
        control(CTL_MOD, fd.number(), interest, token);
      }
    }

    @Override
    public void cancel() {
      if (entries.remove(token) != null && fd.isOpen()) {
        try {
          control(CTL_DEL, fd.number(), 0, token);
        } catch (LinuxException failure) {
          failures.accept(failure);
        }
      }
    }
  }
}
