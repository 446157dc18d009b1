package dev.priok.engine.containers;

import dev.priok.engine.containers.Containers.AttachOptions;
import dev.priok.engine.containers.Containers.LogOptions;
import dev.priok.engine.streams.ClientStream;
import dev.priok.engine.streams.DetachKeys;
import dev.priok.engine.streams.Framing;
import dev.priok.engine.streams.StreamUpgrade;
import dev.priok.host.runtime.Attachment;
import dev.priok.host.runtime.ContainerProcesses;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.ContainerId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code docker attach}, and what {@code docker run} sees the container through. */
final class AttachContainer {
  private static final Logger LOG = LoggerFactory.getLogger(AttachContainer.class);

  private final ContainerProcesses processes;
  private final ReadLogs logs;
  private final ContainerEvents events;
  private final Map<ContainerId, List<AttachSession>> waiting = new HashMap<>();

  AttachContainer(ContainerProcesses processes, ReadLogs logs, ContainerEvents events) {
    this.processes = processes;
    this.logs = logs;
    this.events = events;
  }

  void attach(Container container, AttachOptions options, StreamUpgrade upgrade) {
    ContainerRecord record = container.record();
    if (record.state().status() == RunState.Status.PAUSED) {
      throw EngineException.conflict(
          "container %s is paused, unpause the container before attach", container.id());
    }
    if (record.state().status() == RunState.Status.RESTARTING) {
      throw EngineException.conflict(
          "container %s is restarting, wait until the container is running", container.id());
    }
    DetachKeys parsed = DetachKeys.parse(options.detachKeys());
    // Without a terminal nobody types: ctrl-p, ctrl-q within a file are two bytes of it.
    DetachKeys keys = record.hasTty() ? parsed : null;
    AttachSession session = new AttachSession(options.stdout(), options.stderr());
    if (options.stream()) {
      // Before the client hears that it is attached: it starts the container right then.
      join(container, session);
    }
    boolean opened = false;
    try {
      ClientStream stream = upgrade.open(record.hasTty() ? Framing.RAW : Framing.MULTIPLEXED);
      opened = true;
      events.publish(container, "attach");
      if (options.logs()) {
        stream.awaitHeadRead();
        logs.replay(record, past(options), stream);
      }
      if (!options.stream()) {
        stream.close();
        return;
      }
      boolean closeInput = Boolean.TRUE.equals(record.config().stdinOnce()) && !record.hasTty();
      boolean input = options.stdin() && Boolean.TRUE.equals(record.config().openStdin());
      AttachSession.End end =
          session.serve(stream, input, keys, closeInput, CompletableFuture.completedFuture(""));
      if (end == AttachSession.End.DETACHED) {
        events.publish(container, "detach");
      }
    } catch (IOException e) {
      LOG.debug("client of container {} left: {}", container.name(), e.getMessage());
    } finally {
      leave(container.id(), session);
      if (!opened) {
        session.cancel();
      }
    }
  }

  private static LogOptions past(AttachOptions options) {
    return new LogOptions(false, options.stdout(), options.stderr(), null, null, false, -1, false);
  }

  /** To the running process, or to those who wait for the next. */
  private void join(Container container, AttachSession session) {
    try (Container.Held held = container.lock()) {
      Optional<Attachment> running =
          container.state().isAlive()
              ? processes.attachment(container.id().value())
              : Optional.empty();
      if (running.isPresent()) {
        session.connect(running.get());
        return;
      }
      synchronized (waiting) {
        waiting.computeIfAbsent(container.id(), id -> new ArrayList<>()).add(session);
      }
    }
  }

  private void leave(ContainerId id, AttachSession session) {
    synchronized (waiting) {
      List<AttachSession> sessions = waiting.get(id);
      if (sessions != null && sessions.remove(session) && sessions.isEmpty()) {
        waiting.remove(id);
      }
    }
  }

  private List<AttachSession> takeWaiting(ContainerId id) {
    synchronized (waiting) {
      List<AttachSession> sessions = waiting.remove(id);
      return sessions == null ? List.of() : sessions;
    }
  }

  /** A process exists and has not run yet. The caller holds the container's lock. */
  void created(ContainerId id, Attachment attachment) {
    takeWaiting(id).forEach(s -> s.connect(attachment));
  }

  /** The start failed, or the container is removed: nobody need wait for it. */
  void abandoned(ContainerId id) {
    takeWaiting(id).forEach(AttachSession::abandon);
  }
}
