package dev.priok.host.runtime;

import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.process.Pidfd;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What is held in memory of one container. */
final class Supervised {
  private static final int KILL = 9;

  private final Supervision settings;
  private final OciRuntime runtime;
  private final Path bundle;
  private final CgroupDirectories cgroup;
  private final LogRotation rotation;
  private final AtomicBoolean exited = new AtomicBoolean();
  private final AtomicInteger execs = new AtomicInteger();
  private volatile @Nullable Live live;
  private volatile boolean closing;

  Supervised(
      Supervision settings,
      OciRuntime runtime,
      Path bundle,
      CgroupDirectories cgroup,
      LogRotation rotation) {
    this.rotation = rotation;
    this.settings = settings;
    this.runtime = runtime;
    this.bundle = bundle;
    this.cgroup = cgroup;
  }

  Supervision settings() {
    return settings;
  }

  String id() {
    return settings.id();
  }

  OciRuntime runtime() {
    return runtime;
  }

  Path bundle() {
    return bundle;
  }

  CgroupDirectories cgroup() {
    return cgroup;
  }

  /** As {@link ContainerProcesses#signal}. */
  boolean signal(Pidfd process, int signal) throws LinuxException {
    boolean sent = process.signal(signal);
    if (sent && signal == KILL) {
      letDie(process);
    }
    return sent;
  }

  /** What cgroup v1's freezer holds does not die of SIGKILL before it is let go. */
  private void letDie(Pidfd process) throws LinuxException {
    try {
      cgroup.thaw();
    } catch (IOException e) {
      if (process.signal(0)) {
        throw EngineException.internal("cannot let container " + id() + " go", e);
      }
      // It has ended, and its groups went with it.
    }
  }

  LogRotation rotation() {
    return rotation;
  }

  /** Null before the process exists. */
  @Nullable Live live() {
    return live;
  }

  void becomes(Live process) {
    live = process;
  }

  /** True for the first who sees the end. */
  boolean noticeExit() {
    return exited.compareAndSet(false, true);
  }

  boolean hasExited() {
    return exited.get();
  }

  /** Nothing may be started in it any more. */
  void close() {
    closing = true;
  }

  boolean isClosing() {
    return closing || exited.get();
  }

  AtomicInteger execs() {
    return execs;
  }

  /** Gives up what is held of the process; it runs on. */
  void release() {
    Live process = live;
    if (process != null) {
      process.attachment().close();
      process.hold().close();
    }
  }

  /** The first process and its streams. */
  record Live(Pidfd hold, int conmonPid, ConmonAttachment attachment) {
    int pid() {
      return hold.pid();
    }
  }
}
