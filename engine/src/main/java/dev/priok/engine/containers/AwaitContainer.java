package dev.priok.engine.containers;

import dev.priok.engine.containers.Containers.WaitCondition;
import dev.priok.model.api.container.ContainerWaitExitError;
import dev.priok.model.api.container.ContainerWaitResponse;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import org.jspecify.annotations.Nullable;

/** {@code docker wait}, and what {@code docker run} waits with. */
final class AwaitContainer {

  ContainerWaitResponse await(Container container, WaitCondition condition, Runnable opened) {
    // The count is taken before the client hears that its waiting has begun: the run it starts then
    // cannot end unseen.
    int ends = container.ends();
    opened.run();
    try {
      String failure = null;
      switch (condition) {
        case NOT_RUNNING -> container.awaitStop(ends);
        case NEXT_EXIT -> container.awaitEnd(ends, Long.MAX_VALUE);
        case REMOVED -> failure = container.awaitRemoved();
      }
      return response(container, failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException(ErrorKind.UNAVAILABLE, "waiting was interrupted", e);
    }
  }

  private static ContainerWaitResponse response(Container container, @Nullable String failure) {
    return new ContainerWaitResponse(
        (long) container.state().exitCode(),
        failure == null ? null : new ContainerWaitExitError(failure));
  }
}
