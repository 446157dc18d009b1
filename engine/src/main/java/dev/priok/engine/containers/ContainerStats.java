package dev.priok.engine.containers;

import dev.priok.engine.monitoring.Measured;
import dev.priok.engine.monitoring.Monitored;
import dev.priok.engine.monitoring.Sampler;
import dev.priok.engine.monitoring.StatsView;
import dev.priok.engine.streams.MessageSink;
import dev.priok.model.api.stats.ContainerStatsResponse;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code docker stats}: at once for one answer, every second for a stream. */
final class ContainerStats {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerStats.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final ContainerTable table;
  private final Sampler sampler;
  private final StatsView view;

  ContainerStats(ContainerTable table, Sampler sampler, StatsView view) {
    this.table = table;
    this.sampler = sampler;
    this.view = view;
  }

  /** The containers that a sampler has to look at. */
  static Collection<Monitored> running(ContainerTable table) {
    return table.values().stream()
        .filter(container -> container.state().isAlive())
        .map(container -> monitored(table, container.record()))
        .toList();
  }

  private static Monitored monitored(ContainerTable table, ContainerRecord record) {
    Instant startedAt = record.state().startedAt();
    return new Monitored(
        record.id().value(),
        PrepareSpec.cgroupPath(record),
        startedAt == null ? record.created() : startedAt,
        networkPid(table, record));
  }

  /** Counters are shown of the namespace that the engine plugged, be it another container's. */
  private static int networkPid(ContainerTable table, ContainerRecord record) {
    String other = NetworkWishes.sharedWith(record.hostConfig());
    if (other == null) {
      return NetworkWishes.isPlugged(record.hostConfig()) ? record.state().pid() : 0;
    }
    Container shared = table.find(other);
    return shared != null && NetworkWishes.isPlugged(shared.record().hostConfig())
        ? record.state().pid()
        : 0;
  }

  /**
   * Statistics of one container.
   *
   * @param stream one answer a second until the client or the container goes, stopped or not
   * @param oneShot without the reading before
   */
  void stats(
      Container container,
      boolean stream,
      boolean oneShot,
      MessageSink<ContainerStatsResponse> sink) {
    Thread reader = Thread.currentThread();
    try {
      if (!stream) {
        sink.emit(read(container, !oneShot));
        return;
      }
      sink.onGone(reader::interrupt);
      long next = System.nanoTime();
      while (!container.isRemoved()) {
        sink.emit(read(container, true));
        // From beat to beat, so that a slow answer does not shift all later ones.
        next = Math.max(next + INTERVAL.toNanos(), System.nanoTime());
        Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
      }
    } catch (IOException e) {
      LOG.debug("client of the statistics of {} left: {}", container.name(), e.getMessage());
    } catch (InterruptedException e) {
      LOG.debug("client of the statistics of {} left", container.name());
    }
  }

  private ContainerStatsResponse read(Container container, boolean withPast) {
    ContainerRecord record = container.record();
    Measured measured = record.state().isAlive() ? measure(container, record) : null;
    return measured == null
        ? view.stopped(record.name(), record.id().value())
        : view.running(record.name(), record.id().value(), measured, withPast);
  }

  /** Null where it has ended meanwhile. */
  private @Nullable Measured measure(Container container, ContainerRecord record) {
    try {
      return sampler.measure(monitored(table, record));
    } catch (IOException e) {
      if (!container.state().isAlive()) {
        return null;
      }
      throw EngineException.internal(
          "cannot read the statistics of " + record.name() + ": " + e.getMessage(), e);
    }
  }
}
