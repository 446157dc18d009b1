package dev.priok.host.runtime;

import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.process.Children;
import dev.priok.kernel.process.ExitStatus;
import dev.priok.kernel.process.ProcessTable;
import dev.priok.kernel.process.Spawn;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down what runs in a container: the runtime's {@code checkpoint}, done by CRIU. */
final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  /**
   * CRIU has neither written nor logged anything for so long: it hangs, and the container with it.
   */
  private static final long STANDSTILL_SECONDS = 60;

  /** How long a killed CRIU may take to vanish. */
  private static final long KILL_PATIENCE_SECONDS = 10;

  private static final int KILL = 9;

  /**
   * In the environment of the runtime, and so of the CRIU it starts: the folder that is written to.
   */
  private static final String MARK = "PRIOK_CHECKPOINT";

  private static final String NO_SUPPORT = "compiled without CRIU support";

  private final EventLoop loop;
  private final RuntimeLayout layout;

  Checkpoints(EventLoop loop, RuntimeLayout layout) {
    this.loop = loop;
    this.layout = layout;
  }

  /** CRIU may kill what it has written; it is always told to leave it, so that nothing is lost. */
  void dump(Supervised container, Path images) {
    OciRuntime runtime = container.runtime();
    Path log = container.bundle().resolve("runtime-checkpoint.log");
    Path work = container.bundle().resolve("criu");
    try {
      RuntimeLayout.removeTree(work);
      Files.createDirectory(work);
      Files.deleteIfExists(log);
      int pid =
          new Spawn(runtime.path())
              .arguments(runtime.global(layout.stateRoot(runtime), log))
              .arguments("checkpoint", "--leave-running", "--image-path=" + images)
              .arguments("--work-path=" + work, container.id())
              .environment(environment(container, images))
              .newSession()
              .start();
      ExitStatus status = await(pid, images, work);
      if (!status.isSuccess()) {
        // A crun without CRIU does not know the command, and does not come as far as its log.
        String otherwise = runtime.isCrun() ? NO_SUPPORT : "exit code " + status.shellCode();
        String reason = RuntimeFailure.reason(log, otherwise);
        throw failure(runtime, reason, Criu.reason(work.resolve("dump.log")));
      }
    } catch (IOException | ExecutionException e) {
      throw EngineException.internal("cannot run " + runtime.path() + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, String> environment(Supervised container, Path images)
      throws IOException {
    Map<String, String> environment = new HashMap<>(Criu.environment(container.bundle()));
    environment.put(MARK, images.toString());
    return environment;
  }

  /** Why {@code restore} failed; conmon has the runtime keep CRIU's log in the bundle. */
  RuntimeFailure restoreFailure(Supervised container, String stderr) throws IOException {
    String reason = RuntimeFailure.reason(Conmon.createLog(container), stderr);
    return RuntimeFailure.ofRestore(
        failure(container.runtime(), reason, Criu.reason(container.bundle().resolve("restore.log")))
            .getMessage());
  }

  private static EngineException failure(OciRuntime runtime, String reason, String criu) {
    if (reason.contains(NO_SUPPORT)) {
      return EngineException.notImplemented(
          "this machine's %s cannot checkpoint, it was built without CRIU; a container that was"
              + " created with --runtime runc can be checkpointed",
          runtime.name());
    }
    // "criu failed: type NOTIFY errno 0\nlog file: ..." does not tell why.
    String first = reason.lines().findFirst().orElse(reason);
    return EngineException.internal(criu.isEmpty() ? first : first + ": " + criu, null);
  }

  /** Runs as long as it gets on: the memory of a large container takes its time. */
  private ExitStatus await(int pid, Path images, Path work) throws IOException, ExecutionException {
    CompletableFuture<ExitStatus> end = Children.onExit(loop, pid);
    Progress progress = new Progress(List.of(images, work));
    try {
      while (true) {
        try {
          return end.get(1, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
          if (progress.hasStopped()) {
            killSession(pid);
            end.get(KILL_PATIENCE_SECONDS, TimeUnit.SECONDS);
            throw EngineException.internal(
                "CRIU has stood still for a minute and was killed; see " + work + "/dump.log", e);
          }
        }
      }
    } catch (TimeoutException e) {
      throw EngineException.internal("CRIU hangs in the kernel", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw EngineException.internal("interrupted while waiting for CRIU", e);
    }
  }

  /** The runtime and CRIU are a session of their own. */
  private static void killSession(int session) throws IOException {
    for (ProcessTable.Entry entry : ProcessTable.all()) {
      if (entry.session() == session) {
        ProcessTable.signal(entry.pid(), KILL);
      }
    }
  }

  /**
   * CRIU outlives a daemon that is killed, and puts the container back as it was: freezes it again
   * where it was frozen, for one. So it has to be gone before anybody else touches that.
   */
  static void awaitFormer(Path images) throws IOException {
    Progress progress = new Progress(List.of(images));
    while (!sessions(images).isEmpty() && !progress.hasStopped()) {
      pause();
    }
    for (int session : sessions(images)) {
      killSession(session);
    }
    long deadline = System.nanoTime() + KILL_PATIENCE_SECONDS * 1_000_000_000L;
    while (!sessions(images).isEmpty()) {
      if (System.nanoTime() > deadline) {
        // The daemon's start must not hang with it.
        LOG.warn("CRIU hangs in the kernel, and is left alone with what it wrote to {}", images);
        return;
      }
      pause();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for CRIU");
    }
  }

  /** Sessions of runtimes that write a checkpoint there, and of the CRIU of each. */
  private static Set<Integer> sessions(Path images) {
    String mark = MARK + "=" + images;
    return ProcessTable.all().stream()
        .filter(entry -> !entry.isZombie())
        .filter(entry -> ProcessTable.environment(entry.pid()).contains(mark))
        .map(ProcessTable.Entry::session)
        .collect(Collectors.toSet());
  }

  /** Whether files in some folders change. */
  private static final class Progress {
    private final List<Path> folders;
    private long seen = -1;
    private long since;

    Progress(List<Path> folders) {
      this.folders = folders;
    }

    boolean hasStopped() throws IOException {
      long size = 0;
      for (Path folder : folders) {
        size += size(folder);
      }
      if (size != seen) {
        seen = size;
        since = System.nanoTime();
      }
      return System.nanoTime() - since > STANDSTILL_SECONDS * 1_000_000_000L;
    }

    private static long size(Path folder) throws IOException {
      long sum = 0;
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          sum += file.toFile().length(); // 0 where CRIU has just removed it
        }
      } catch (NoSuchFileException e) {
        return 0; // not begun, or complete and under its name
      }
      return sum;
    }
  }
}
