package dev.priok.engine.containers;

import dev.priok.kernel.cgroup.Cgroup;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What containers have done, as far as it tells whether their files can have changed: their runs,
 * and the processor time that their control groups used. A process writes only while it runs, execs
 * and probes are in the same group, and the time outlives the daemon.
 */
public final class ContainerActivity {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerActivity.class);

  private final ContainerTable table;
  private final Function<String, Cgroup> cgroups;

  public ContainerActivity(ContainerTable table, Function<String, Cgroup> cgroups) {
    this.table = table;
    this.cgroups = cgroups;
  }

  /** Equal for two moments between which the container can have written nothing. */
  record Moment(
      String id,
      @Nullable Instant started,
      @Nullable Instant finished,
      boolean alive,
      long nanos) {}

  Moment of(ContainerRecord record) {
    RunState state = record.state();
    boolean alive = state.isAlive();
    return new Moment(
        record.id().value(),
        state.startedAt(),
        state.finishedAt(),
        alive,
        alive ? usedNanos(record) : 0);
  }

  private long usedNanos(ContainerRecord record) {
    try {
      long nanos = cgroups.apply(PrepareSpec.cgroupPath(record)).usedNanos();
      if (nanos > 0) {
        return nanos;
      }
    } catch (IOException e) {
      LOG.debug("the processor time of container {} cannot be read", record.name(), e);
    }
    return -System.nanoTime(); // unlike any other: whatever it wrote is to be counted
  }

  /** Of those that have the volume, as {@link Moment}s. */
  public List<Object> ofUsers(String volume) {
    return table.values().stream()
        .map(Container::record)
        .filter(r -> uses(r, volume))
        .<Object>map(this::of)
        .toList();
  }

  /** Whether one of them runs. */
  public boolean isInUse(String volume) {
    return table.values().stream()
        .map(Container::record)
        .anyMatch(r -> r.state().isAlive() && uses(r, volume));
  }

  private static boolean uses(ContainerRecord record, String volume) {
    return record.mounts().stream().anyMatch(m -> m.volume().equals(volume));
  }
}
