package dev.priok.engine.exec;

import dev.priok.engine.containers.Container;
import dev.priok.host.runtime.Attachment;
import dev.priok.model.api.exec.ExecConfig;
import dev.priok.model.id.ExecId;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One further process of a container; known while the daemon lives and the container exists. */
final class ExecInstance {
  /** Where it stands. */
  enum Phase {
    CREATED,
    RUNNING,
    ENDED
  }

  private final ExecId id;
  private final Container container;
  private final ExecConfig config;
  private final @Nullable Instant run;
  private Phase phase = Phase.CREATED;
  private int pid;
  private @Nullable Integer exitCode;
  private @Nullable Attachment attachment;

  ExecInstance(ExecId id, Container container, ExecConfig config) {
    this.id = id;
    this.container = container;
    this.config = config;
    this.run = container.state().startedAt();
  }

  /** Never started, and the run of the container that it was made for is over. */
  synchronized boolean isVoid() {
    return phase == Phase.CREATED
        && (!container.state().isAlive() || !Objects.equals(run, container.state().startedAt()));
  }

  ExecId id() {
    return id;
  }

  Container container() {
    return container;
  }

  ExecConfig config() {
    return config;
  }

  boolean hasTty() {
    return Boolean.TRUE.equals(config.tty());
  }

  /** False where it was started before. */
  synchronized boolean begin() {
    if (phase != Phase.CREATED) {
      return false;
    }
    phase = Phase.RUNNING;
    return true;
  }

  synchronized void running(int newPid, @Nullable Attachment streams) {
    pid = newPid;
    attachment = streams;
    notifyAll();
  }

  synchronized void ended(int code) {
    phase = Phase.ENDED;
    exitCode = code;
    pid = 0;
    attachment = null;
    notifyAll();
  }

  synchronized Phase phase() {
    return phase;
  }

  synchronized int pid() {
    return pid;
  }

  synchronized @Nullable Integer exitCode() {
    return exitCode;
  }

  /** Its streams, waited for while it is being started; null where it has none. */
  synchronized @Nullable Attachment awaitAttachment(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      while (phase == Phase.RUNNING && pid == 0) {
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (left <= 0) {
          return null;
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return attachment;
  }
}
