package dev.priok.kernel.event;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.call.PathText;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Watches directories and files (inotify(7)). Listeners run on the loop's thread and must not
 * block.
 *
 * <p>Watch first, then look at what is already there: the other order loses what happens between.
 * After an {@link Event#isOverflow() overflow} events are missing, so look at the directory again.
 */
public final class Inotify implements AutoCloseable {
  /** Contents changed. */
  public static final int MODIFY = 0x002;

  /** Metadata changed. */
  public static final int ATTRIBUTES = 0x004;

  /** Closed after being open for writing. */
  public static final int CLOSE_WRITE = 0x008;

  /** A name went away by renaming. */
  public static final int MOVED_FROM = 0x040;

  /** A name came by renaming. */
  public static final int MOVED_TO = 0x080;

  /** A name came. */
  public static final int CREATE = 0x100;

  /** A name was removed. */
  public static final int DELETE = 0x200;

  /** The watched thing itself was removed. */
  public static final int DELETE_SELF = 0x400;

  /** The watched thing itself was renamed. */
  public static final int MOVE_SELF = 0x800;

  private static final int OVERFLOW = 0x4000;
  private static final int IGNORED = 0x8000;
  private static final int IS_DIRECTORY = 0x40000000;
  private static final int HEADER = 16;

  private final Fd fd;
  private final Registration registration;
  // inotify gives the same number to every watch of one inode, so a number has many listeners.
  private final Map<Integer, List<Watch>> watches = new ConcurrentHashMap<>();

  /** Starts without watches. */
  public Inotify(EventLoop loop) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.INOTIFY_INIT1, OpenFlags.CLOSE_ON_EXEC | OpenFlags.NON_BLOCKING);
      fd = new Fd((int) LinuxException.check(r, SystemCall.INOTIFY_INIT1, null));
    }
    try {
      registration = loop.register(fd, EventLoop.READ, events -> drain());
    } catch (LinuxException failure) {
      fd.close();
      throw failure;
    }
  }

  /**
   * Something that happened.
   *
   * @param watched what was being watched
   * @param mask what happened
   * @param name the name in the directory; empty if it is about the watched thing itself
   */
  public record Event(Path watched, int mask, String name) {
    /** Whether events were lost. */
    public boolean isOverflow() {
      return (mask & OVERFLOW) != 0;
    }

    /** Whether the name is a directory. */
    public boolean isDirectory() {
      return (mask & IS_DIRECTORY) != 0;
    }

    /** Whether it includes any of these. */
    public boolean has(int wanted) {
      return (mask & wanted) != 0;
    }
  }

  /** Watches until the watch is closed. The mask is added to that of other watches of the inode. */
  public Watch watch(Path path, int mask, Consumer<Event> listener) throws LinuxException {
    synchronized (watches) { // adding and the last removal of one number must not interleave
      try (Scratch s = Scratch.borrow()) {
        long text = s.text(path.toString());
        int maskAdd = 0x20000000;
        long r = s.call(SystemCall.INOTIFY_ADD_WATCH, fd.number(), text, mask | maskAdd);
        int number = (int) LinuxException.check(r, SystemCall.INOTIFY_ADD_WATCH, path);
        Watch watch = new Watch(number, path, mask, listener);
        watches.computeIfAbsent(number, n -> new CopyOnWriteArrayList<>()).add(watch);
        return watch;
      }
    }
  }

  /** Ends all watches. */
  @Override
  public void close() {
    registration.cancel();
    synchronized (watches) {
      fd.close();
    }
  }

  private void drain() throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment buffer = s.buffer();
      while (true) {
        long n = readEvents(s);
        if (n == -Errno.EAGAIN.number()) {
          return;
        }
        LinuxException.check(n, SystemCall.READ, fd);
        for (long at = 0; at < n; ) {
          int size = buffer.get(JAVA_INT_UNALIGNED, at + 12);
          byte[] raw = buffer.asSlice(at + HEADER, size).toArray(JAVA_BYTE);
          int end = 0;
          while (end < size && raw[end] != 0) {
            end++;
          }
          String name = PathText.decode(raw, 0, end);
          int number = buffer.get(JAVA_INT_UNALIGNED, at);
          deliver(number, buffer.get(JAVA_INT_UNALIGNED, at + 4), name);
          at += HEADER + size;
        }
      }
    }
  }

  /** Not while another thread closes the descriptor: the number might be somebody else's then. */
  private long readEvents(Scratch s) {
    synchronized (watches) {
      return fd.isOpen()
          ? s.call(SystemCall.READ, fd.number(), s.buffer().address(), Scratch.BUFFER_SIZE)
          : -Errno.EAGAIN.number();
    }
  }

  private void deliver(int number, int mask, String name) {
    if ((mask & OVERFLOW) != 0) {
      watches.values().forEach(list -> list.forEach(watch -> watch.tell(mask, name)));
      return;
    }
    List<Watch> list = watches.get(number);
    if (list != null) {
      list.forEach(watch -> watch.tell(mask, name));
    }
    if ((mask & IGNORED) != 0) { // the kernel dropped it: the inode is gone
      watches.remove(number);
    }
  }

  /** A path being watched. */
  public final class Watch implements AutoCloseable {
    private final int number;
    private final Path path;
    private final int wanted;
    private final Consumer<Event> listener;

    private Watch(int number, Path path, int wanted, Consumer<Event> listener) {
      this.number = number;
      this.path = path;
      this.wanted = wanted;
      this.listener = listener;
    }

    private void tell(int mask, String name) {
      if ((mask & (wanted | OVERFLOW)) != 0) {
        listener.accept(new Event(path, mask, name));
      }
    }

    /** Ends it; one event may still be under way. */
    @Override
    public void close() {
      synchronized (watches) {
        List<Watch> list = watches.get(number);
        if (list != null && list.remove(this) && list.isEmpty() && fd.isOpen()) {
          watches.remove(number);
          try (Scratch s = Scratch.borrow()) {
            long r = s.call(SystemCall.INOTIFY_RM_WATCH, fd.number(), number);
            // EINVAL: the kernel dropped it at the same moment, which is what we want.
            assert r == 0 || r == -Errno.EINVAL.number() : "inotify_rm_watch gave " + r;
          }
        }
      }
    }
  }
}
