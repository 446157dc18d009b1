package dev.priok.engine.monitoring;

import dev.priok.kernel.cgroup.Cgroup;
import dev.priok.kernel.cgroup.CgroupStats;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what a container uses, at once.
 *
 * <p>A rate needs two readings. Docker makes both when it is asked, so that every answer takes a
 * second or two. Here a thread reads the processor time of all running containers every few
 * seconds: the only number that needs a past. Everything else is read when somebody asks, which
 * takes some hundred microseconds.
 *
 * <pre>{@code
 * Sampler sampler = new Sampler(() -> runningContainers(), layout::group);
 * Measured measured = sampler.measure(container);   // never waits for time to pass
 * }</pre>
 */
public final class Sampler implements AutoCloseable {
  /**
   * How often all are read unasked: five small files a container with version 1 of control groups,
   * one with version 2. Ten containers did not show in the daemon's own processor time: 70 ms in 20
   * s with them, 60 ms without.
   */
  static final Duration PERIOD = Duration.ofSeconds(5);

  /** A rate over less than this is mostly the grain of the clocks (10 ms in /proc/stat). */
  private static final Duration SHORTEST = Duration.ofMillis(500);

  /** Whoever asks keeps the past young, so that a rate asked for every second is of that second. */
  private static final Duration KEEP_AFTER = Duration.ofMillis(900);

  private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);

  private final Supplier<Collection<Monitored>> running;
  private final Function<String, Cgroup> cgroups;
  private final SystemCpu systemCpu = new SystemCpu();
  private final Map<String, Track> tracks = new ConcurrentHashMap<>();
  private @Nullable Thread thread;

  /**
   * A sampler that does not sample yet.
   *
   * @param running the containers that run now
   * @param cgroups a control group by its path
   */
  public Sampler(Supplier<Collection<Monitored>> running, Function<String, Cgroup> cgroups) {
    this.running = running;
    this.cgroups = cgroups;
  }

  /** Begins to sample. */
  public void start() {
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("sampler")
            .start(() -> {
              try {
                while (true) {
                  sampleAll();
                  Thread.sleep(PERIOD);
                }
              } catch (InterruptedException closed) {
                LOG.debug("the sampler ends");
              }
            });
  }

  @Override
  public void close() {
    Thread started = thread;
    if (started != null) {
      started.interrupt();
    }
  }

  /** Reads the processor time of all that run, and forgets those that do not. */
  void sampleAll() {
    Set<String> alive = new HashSet<>();
    for (Monitored container : running.get()) {
      alive.add(container.id());
      try {
        Track track = track(container);
        track.keep(track.cpu(), Duration.ZERO);
      } catch (IOException | RuntimeException e) {
        // It may just be ending; whoever asks about it is told.
        LOG.debug("container {} could not be sampled", container.id(), e);
      }
    }
    tracks.keySet().retainAll(alive);
  }

  /** What it uses now. Two callers at once do not disturb each other. */
  public Measured measure(Monitored container) throws IOException {
    Track track = track(container);
    CgroupStats stats = track.cgroup.stats();
    CpuReading now = new CpuReading(Instant.now(), stats.cpu(), systemCpu.read());
    CpuReading before = track.before(now);
    track.keep(now, KEEP_AFTER);
    return new Measured(
        before,
        now,
        stats,
        new Measured.Generation(track.cgroup.version("memory"), track.cgroup.version("blkio")),
        container.networkPid() == 0
            ? Map.of()
            : InterfaceCounters.ofProcess(container.networkPid()));
  }

  private Track track(Monitored container) {
    return tracks.compute(
        container.id(),
        (id, known) ->
            known != null && known.startedAt.equals(container.startedAt())
                ? known
                : new Track(container.startedAt(), cgroups.apply(container.cgroup())));
  }

  /** The past of one run of a container. */
  private final class Track {
    private final Instant startedAt;
    private final Cgroup cgroup;
    private @Nullable CpuReading newest;
    private @Nullable CpuReading older;

    Track(Instant startedAt, Cgroup cgroup) {
      this.startedAt = startedAt;
      this.cgroup = cgroup;
    }

    CpuReading cpu() throws IOException {
      return new CpuReading(Instant.now(), cgroup.processorTime(), systemCpu.read());
    }

    synchronized void keep(CpuReading reading, Duration unlessYounger) {
      CpuReading last = newest;
      if (last == null || !reading.time().isBefore(last.time().plus(unlessYounger))) {
        older = last;
        newest = reading;
      }
    }

    synchronized CpuReading before(CpuReading now) {
      Instant latest = now.time().minus(SHORTEST);
      for (CpuReading candidate : history()) {
        if (!candidate.time().isAfter(latest)) {
          return candidate;
        }
      }
      return birth(now);
    }

    private List<CpuReading> history() {
      CpuReading last = newest;
      CpuReading one = older;
      return last == null ? List.of() : one == null ? List.of(last) : List.of(last, one);
    }

    /**
     * It started after the last sample: then it had used nothing, and the host's processors had
     * passed as much less time as they have passed since.
     */
    private CpuReading birth(CpuReading now) {
      long since = Math.max(0, Duration.between(startedAt, now.time()).toNanos());
      SystemCpu.Times system = now.system();
      long total = Math.max(0, system.total() - since * system.online());
      return new CpuReading(
          startedAt, CgroupStats.Cpu.NONE, new SystemCpu.Times(total, system.online()));
    }
  }
}
