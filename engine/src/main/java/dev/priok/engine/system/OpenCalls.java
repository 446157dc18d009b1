package dev.priok.engine.system;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls that are being answered, and a watchdog that names those that hang.
 *
 * <p>A process that hangs in the kernel, a disk or a plugin that does not answer: some call waits
 * for it, and nothing can end that wait. What can be done is to let all others go on, and to say
 * which call it is and where it waits: in the log, again after twice the time, and in {@code docker
 * info} until it ends.
 */
public final class OpenCalls implements AutoCloseable {
  /** Calls that are to end by themselves are answered in far less; see docs/disk.md. */
  static final Duration LONG = Duration.ofSeconds(15);

  /** Those that carry or count files may take longer before anybody wonders. */
  static final Duration LONGER = Duration.ofMinutes(2);

  private static final Duration PERIOD = Duration.ofSeconds(5);
  private static final int FRAMES = 6;

  private static final Logger LOG = LoggerFactory.getLogger(OpenCalls.class);

  private final Collection<Open> open = ConcurrentHashMap.newKeySet();
  private final Duration limit;
  private final Duration transferLimit;
  private @Nullable Thread watchdog;

  public OpenCalls() {
    this(LONG, LONGER);
  }

  OpenCalls(Duration limit, Duration transferLimit) {
    this.limit = limit;
    this.transferLimit = transferLimit;
  }

  /** A call under way; closed when it is answered. */
  public static final class Open implements AutoCloseable {
    private final OpenCalls calls;
    private final String name;
    private final Duration limit;
    private final Thread thread = Thread.currentThread();
    private final long began = System.nanoTime();
    private long told;

    private Open(OpenCalls calls, String name, Duration limit) {
      this.calls = calls;
      this.name = name;
      this.limit = limit;
    }

    private long seconds(long now) {
      return (now - began) / 1_000_000_000;
    }

    @Override
    public void close() {
      calls.open.remove(this);
      if (told != 0) {
        LOG.info("{} has ended after {} s", name, seconds(System.nanoTime()));
      }
    }
  }

  /** On the thread that answers. Not for what waits by its nature: streams, a client's limits. */
  public Open begin(String name) {
    return begin(name, limit);
  }

  /** For what takes long where there is much of it. */
  public Open beginTransfer(String name) {
    return begin(name, transferLimit);
  }

  private Open begin(String name, Duration most) {
    Open call = new Open(this, name, most);
    open.add(call);
    return call;
  }

  /** Begins to watch. */
  public void start() {
    watchdog =
        Thread.ofPlatform()
            .daemon()
            .name("watchdog")
            .start(() -> {
              try {
                while (true) {
                  Thread.sleep(PERIOD);
                  look(System.nanoTime());
                }
              } catch (InterruptedException end) {
                LOG.debug("calls are watched no more");
              }
            });
  }

  void look(long now) {
    for (Open call : open) {
      long took = now - call.began;
      if (took >= call.limit.toNanos() && took >= 2 * call.told) {
        call.told = took;
        LOG.warn(
            "{} has taken {} s and is at {}", call.name, call.seconds(now), where(call.thread));
      }
    }
  }

  private static String where(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .filter(f -> f.getClassName().startsWith("dev.priok."))
        .limit(FRAMES)
        .map(f -> f.getFileName() + ":" + f.getLineNumber())
        .collect(Collectors.joining(" < "));
  }

  /** For {@code docker info}: a sentence for each call that hangs. */
  public List<String> warnings() {
    long now = System.nanoTime();
    List<String> result = new ArrayList<>();
    for (Open call : open) {
      if (now - call.began >= call.limit.toNanos()) {
        result.add(
            "WARNING: %s has taken %d s: does something hang?"
                .formatted(call.name, call.seconds(now)));
      }
    }
    return result;
  }

  @Override
  public void close() {
    Thread running = watchdog;
    if (running != null) {
      running.interrupt();
    }
  }
}
