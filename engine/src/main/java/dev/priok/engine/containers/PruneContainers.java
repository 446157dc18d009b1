package dev.priok.engine.containers;

import dev.priok.engine.Filters;
import dev.priok.engine.Timestamps;
import dev.priok.engine.containers.Containers.RemoveOptions;
import dev.priok.model.api.container.ContainerPruneResponse;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code docker container prune}: removes all containers that do not run. */
final class PruneContainers {
  private static final Logger LOG = LoggerFactory.getLogger(PruneContainers.class);

  private final ContainerTable table;
  private final ContainerSizes sizes;
  private final ContainerEvents events;
  private final AtomicBoolean running = new AtomicBoolean();
  private final RemoveContainer remove;

  PruneContainers(
      ContainerTable table, ContainerSizes sizes, RemoveContainer remove, ContainerEvents events) {
    this.table = table;
    this.sizes = sizes;
    this.events = events;
    this.remove = remove;
  }

  private static Instant time(String text) {
    try {
      Instant time = Timestamps.parse(text);
      if (time != null) {
        return time;
      }
    } catch (EngineException e) {
      LOG.debug("until={} is no time", text, e);
    }
    throw EngineException.invalid("failed to parse value as time or duration: \"%s\"", text);
  }

  ContainerPruneResponse prune(Filters filters) {
    filters.allowing(Set.of("label", "label!", "until"));
    List<Instant> until = filters.values("until").stream().map(PruneContainers::time).toList();
    if (!running.compareAndSet(false, true)) {
      throw EngineException.conflict("a prune operation is already running");
    }
    try {
      return prune(filters, until);
    } finally {
      running.set(false);
    }
  }

  private ContainerPruneResponse prune(Filters filters, List<Instant> until) {
    List<String> removed = new ArrayList<>();
    long freed = 0;
    for (Container container : table.all()) {
      RunState.Status status = container.state().status();
      boolean idle = status == RunState.Status.CREATED || status == RunState.Status.EXITED;
      if (!idle
          || !filters.labels(container.record().labels())
          || !until.stream().allMatch(t -> container.record().created().isBefore(t))) {
        continue;
      }
      try {
        long size = sizes.exact(container.record());
        remove.remove(container, new RemoveOptions(false, false, false));
        removed.add(container.id().value());
        freed += size;
      } catch (IOException e) {
        LOG.warn("cannot measure container {}", container.name(), e);
      } catch (EngineException e) {
        // Started or removed by somebody else since the list was made: not ours to prune then.
        if (e.kind() != ErrorKind.CONFLICT && e.kind() != ErrorKind.NOT_FOUND) {
          throw e;
        }
      }
    }
    events.pruned(freed);
    return new ContainerPruneResponse(removed, freed);
  }
}
