package dev.priok.host.runtime;

import dev.priok.host.runtime.Conmon.ExecPipes;
import dev.priok.host.runtime.ExecResult.Refused;
import dev.priok.host.runtime.ExecResult.Running;
import dev.priok.host.runtime.SyncPipe.Message;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.event.EventLoop;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs further processes in containers, each under a conmon of its own. */
final class ConmonExecs {
  private static final Logger LOG = LoggerFactory.getLogger(ConmonExecs.class);

  private final EventLoop loop;
  private final RuntimeLayout layout;
  private final Conmon conmon;

  ConmonExecs(EventLoop loop, RuntimeLayout layout, Conmon conmon) {
    this.loop = loop;
    this.layout = layout;
    this.conmon = conmon;
  }

  /** Returns when the program runs, or was refused. */
  ExecResult launch(Supervised container, ExecLaunch launch) {
    Path directory = layout.exec(container.id(), launch.execId());
    ExecFolder folder = new ExecFolder(directory, container.id());
    boolean running = false;
    ExecPipes pipes = null;
    ConmonAttachment attachment = null;
    try {
      folder.make(launch);
      pipes = conmon.exec(container, launch, directory);
      Optional<Message> ready = pipes.ready().next();
      pipes.sync().reap();
      if (ready.isEmpty()) {
        return refused(directory, "conmon ended before it was ready");
      }
      attachment =
          ConmonAttachment.connect(loop, directory, directory, bytes -> {}, launch.attached());
      folder.started(launch);
      Io.write(pipes.begin(), "1");
      Optional<Message> report = pipes.sync().next();
      if (report.isEmpty() || report.get().data() <= 0) {
        return refused(directory, report.map(Message::text).orElse(""));
      }
      running = true;
      CompletableFuture<Integer> exit = new CompletableFuture<>();
      follow(folder, pipes, attachment, exit);
      return new Running(report.get().data(), attachment, exit);
    } catch (IOException e) {
      throw EngineException.internal("OCI runtime exec failed: " + e.getMessage(), e);
    } finally {
      if (!running) {
        if (attachment != null) {
          attachment.close();
        }
        if (pipes != null) {
          pipes.close();
        }
        forget(directory);
      }
    }
  }

  /** Waits for the end on a thread of its own. */
  private static void follow(
      ExecFolder folder,
      ExecPipes pipes,
      ConmonAttachment attachment,
      CompletableFuture<Integer> exit) {
    Thread.ofVirtual()
        .name("exec-exit")
        .start(() -> {
          int code = ExecFolder.UNKNOWN;
          try (pipes) {
            code = pipes.sync().next().map(Message::data).orElse(ExecFolder.UNKNOWN);
            attachment.end().join();
          } finally {
            exit.complete(code < 0 ? ExecFolder.UNKNOWN : code);
            tidy(folder);
          }
        });
  }

  private static ExecResult refused(Path directory, String stderr) {
    RuntimeFailure failure = RuntimeFailure.ofExec(directory.resolve("runtime.log"), stderr);
    return new Refused(failure.message(), failure.exitCode());
  }

  private static void tidy(ExecFolder folder) {
    try {
      folder.keepExitCodeOnly();
    } catch (IOException e) {
      LOG.warn("cannot tidy {}", folder.directory(), e);
    }
  }

  private static void forget(Path directory) {
    try {
      RuntimeLayout.removeTree(directory);
    } catch (IOException e) {
      LOG.warn("cannot remove {}", directory, e);
    }
  }
}
