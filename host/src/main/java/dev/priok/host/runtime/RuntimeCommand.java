package dev.priok.host.runtime;

import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.process.Children;
import dev.priok.kernel.process.ExitStatus;
import dev.priok.kernel.process.Spawn;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a runtime's command for something rare: pause, resume, update, delete. */
final class RuntimeCommand {
  /** Of the runtime and of conmon; containers get theirs from the configuration. */
  static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PATH",
          "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          // conmon writes the log's times in local time: let that be UTC.
          "TZ",
          "UTC");

  private static final long TIMEOUT_SECONDS = 60;

  private final EventLoop loop;
  private final RuntimeLayout layout;

  RuntimeCommand(EventLoop loop, RuntimeLayout layout) {
    this.loop = loop;
    this.layout = layout;
  }

  /** Runs it; its own complaint becomes the exception. */
  void run(OciRuntime runtime, String id, List<String> arguments) {
    Path log = layout.bundle(id).resolve("runtime-" + arguments.getFirst() + ".log");
    try {
      Files.createDirectories(log.getParent());
      Files.deleteIfExists(log);
      int pid =
          new Spawn(runtime.path())
              .arguments(runtime.global(layout.stateRoot(runtime), log))
              .arguments(arguments)
              .environment(ENVIRONMENT)
              .newSession()
              .start();
      ExitStatus status = Children.onExit(loop, pid).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (!status.isSuccess()) {
        String reason = RuntimeFailure.reason(log, "exit code " + status.shellCode());
        if (reason.equals(RuntimeFailure.NO_WEIGHT)) {
          throw EngineException.invalid("%s", reason);
        }
        throw EngineException.internal(
            runtime.name() + " " + arguments.getFirst() + " failed: " + reason, null);
      }
    } catch (IOException | ExecutionException e) {
      throw EngineException.internal("cannot run " + runtime.path() + ": " + e.getMessage(), e);
    } catch (TimeoutException e) {
      throw EngineException.internal(
          runtime.name() + " " + arguments.getFirst() + " did not end in a minute", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw EngineException.internal("interrupted while waiting for " + runtime.path(), e);
    }
  }
}
