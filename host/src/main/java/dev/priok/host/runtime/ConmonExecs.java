package dev.priok.host.runtime;

import dev.priok.host.runtime.Conmon.ExecPipes;
import dev.priok.host.runtime.ExecResult.Refused;
import dev.priok.host.runtime.ExecResult.Running;
import dev.priok.host.runtime.SyncPipe.Message;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.event.EventLoop;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs further processes in containers, each under a conmon of its own. */
final class ConmonExecs {
  private static final Logger LOG = LoggerFactory.getLogger(ConmonExecs.class);

  /** conmon's code for a process it could not follow (get_exit_status). */
  private static final int UNKNOWN = 255;

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
    boolean running = false;
    ExecPipes pipes = null;
    ConmonAttachment attachment = null;
    try {
      Files.createDirectories(directory.resolve("exit"));
      Files.writeString(directory.resolve("process.json"), launch.process());
      pipes = conmon.exec(container, launch, directory);
      Optional<Message> ready = pipes.ready().next();
      pipes.sync().reap();
      if (ready.isEmpty()) {
        return refused(directory, "conmon ended before it was ready");
      }
      attachment =
          ConmonAttachment.connect(loop, directory, directory, bytes -> {}, launch.attached());
      Io.write(pipes.begin(), "1");
      Optional<Message> report = pipes.sync().next();
      if (report.isEmpty() || report.get().data() <= 0) {
        return refused(directory, report.map(Message::text).orElse(""));
      }
      running = true;
      CompletableFuture<Integer> exit = new CompletableFuture<>();
      follow(directory, pipes, attachment, exit);
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
      Path directory,
      ExecPipes pipes,
      ConmonAttachment attachment,
      CompletableFuture<Integer> exit) {
    Thread.ofVirtual()
        .name("exec-exit")
        .start(() -> {
          int code = UNKNOWN;
          try (pipes) {
            code = pipes.sync().next().map(Message::data).orElse(UNKNOWN);
            attachment.end().join();
          } finally {
            forget(directory);
            exit.complete(code < 0 ? UNKNOWN : code);
          }
        });
  }

  private static ExecResult refused(Path directory, String stderr) {
    RuntimeFailure failure = RuntimeFailure.ofExec(directory.resolve("runtime.log"), stderr);
    return new Refused(failure.message(), failure.exitCode());
  }

  private static void forget(Path directory) {
    try {
      RuntimeLayout.removeTree(directory);
    } catch (IOException e) {
      LOG.warn("cannot remove {}", directory, e);
    }
  }
}
