package dev.priok.host.runtime;

import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.process.Spawn;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts conmon(8), the supervisor: once for each container and each exec. */
final class Conmon {
  private static final List<Path> CANDIDATES =
      List.of(
          Path.of("/usr/local/libexec/priok/conmon"),
          Path.of("/usr/libexec/podman/conmon"),
          Path.of("/usr/bin/conmon"),
          Path.of("/usr/local/bin/conmon"));

  private final EventLoop loop;
  private final RuntimeLayout layout;
  private final Path program;

  Conmon(EventLoop loop, RuntimeLayout layout) {
    this.loop = loop;
    this.layout = layout;
    this.program =
        CANDIDATES.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() ->
                EngineException.internal(
                    "conmon not found: install the package conmon, containers cannot run"
                        + " without it",
                    null));
  }

  /**
   * Starts it for a container; the pipe tells how the runtime's create went.
   *
   * @param runtime the command that runs the runtime's program
   * @param images a checkpoint to go on from; null for a new process
   */
  SyncPipe create(Supervised container, List<String> runtime, @Nullable Path images)
      throws IOException {
    Supervision settings = container.settings();
    List<String> arguments =
        common(container, runtime, container.bundle(), layout.exits(), createLog(container));
    arguments.add("--no-sync-log"); // an fsync at each end; Docker does none either
    arguments.add(
        settings.logLimits().discards()
            ? "--log-path=none"
            : "--log-path=k8s-file:" + settings.log());
    if (settings.stdin()) {
      arguments.add("--stdin");
      // What conmon closes when its client goes: with StdinOnce the client's end is the input's.
      if (!settings.stdinOnce() || settings.terminal()) {
        arguments.add("--leave-stdin-open");
      }
    }
    if (settings.terminal()) {
      arguments.add("--terminal");
    }
    Map<String, String> environment = RuntimeCommand.ENVIRONMENT;
    if (images != null) {
      arguments.add("--restore=" + images);
      environment = Criu.environment(container.bundle());
    }
    Io.Pipe sync = Io.pipe();
    try (Fd writer = sync.writer()) {
      Io.setNonBlocking(sync.reader(), true);
      int pid =
          new Spawn(program)
              .arguments(arguments)
              .environment(environment)
              .environment(Map.of("_OCI_SYNCPIPE", "3"))
              .directory(container.bundle()) // where it notes that memory ran out
              .descriptor(3, writer)
              .newSession()
              .start();
      return new SyncPipe(loop, sync.reader(), pid);
    } catch (IOException e) {
      sync.close();
      throw e;
    }
  }

  /** The runtime's log of the creation. */
  static Path createLog(Supervised container) {
    return container.bundle().resolve("runtime-create.log");
  }

  /**
   * Starts it for an exec.
   *
   * <p>Order, from conmon.c: it waits for a byte on the start pipe, makes its sockets, says so on
   * the attach pipe, waits for a second byte, then executes. So the streams are connected before
   * the program runs.
   */
  ExecPipes exec(Supervised container, ExecLaunch launch, Path directory) throws IOException {
    List<String> runtime = List.of(container.runtime().path().toString());
    Path log = directory.resolve("runtime.log");
    Path exit = new ExecFolder(directory, container.id()).exit();
    List<String> arguments = common(container, runtime, directory, exit, log);
    arguments.add("--exec");
    arguments.add("--exec-attach");
    arguments.add("--exec-process-spec=" + directory.resolve("process.json"));
    arguments.add("--log-path=none");
    if (launch.stdin()) {
      arguments.add("--stdin");
      if (launch.terminal()) {
        arguments.add("--leave-stdin-open");
      }
    }
    if (launch.terminal()) {
      arguments.add("--terminal");
    }
    List<Fd> opened = new ArrayList<>();
    try {
      Io.Pipe sync = remember(Io.pipe(), opened);
      Io.Pipe begin = remember(Io.pipe(), opened);
      Io.Pipe ready = remember(Io.pipe(), opened);
      Io.setNonBlocking(sync.reader(), true);
      Io.setNonBlocking(ready.reader(), true);
      Io.write(begin.writer(), "1");
      int pid =
          new Spawn(program)
              .arguments(arguments)
              .environment(RuntimeCommand.ENVIRONMENT)
              .environment(
                  Map.of("_OCI_SYNCPIPE", "3", "_OCI_STARTPIPE", "4", "_OCI_ATTACHPIPE", "5"))
              .directory(directory)
              .descriptor(3, sync.writer())
              .descriptor(4, begin.reader())
              .descriptor(5, ready.writer())
              .newSession()
              .start();
      sync.writer().close();
      begin.reader().close();
      ready.writer().close();
      return new ExecPipes(
          new SyncPipe(loop, sync.reader(), pid),
          begin.writer(),
          new SyncPipe(loop, ready.reader(), -1));
    } catch (IOException e) {
      opened.forEach(Fd::close);
      throw e;
    }
  }

  private static Io.Pipe remember(Io.Pipe pipe, List<Fd> opened) {
    opened.add(pipe.reader());
    opened.add(pipe.writer());
    return pipe;
  }

  private List<String> common(
      Supervised container, List<String> runtime, Path directory, Path exits, Path log) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--api-version");
    arguments.add("--cid=" + container.id());
    arguments.add("--cuuid=" + container.id());
    arguments.add("--name=" + container.id());
    arguments.add("--runtime=" + runtime.getFirst());
    for (String argument : runtime.subList(1, runtime.size())) {
      arguments.add("--runtime-arg=" + argument);
    }
    for (String argument : container.runtime().global(layout.stateRoot(container.runtime()), log)) {
      arguments.add("--runtime-arg=" + argument);
    }
    arguments.add("--bundle=" + directory);
    arguments.add("--container-pidfile=" + directory.resolve("pid"));
    arguments.add("--exit-dir=" + exits);
    arguments.add("--full-attach");
    arguments.add("--log-level=error");
    return arguments;
  }

  /** Lines to an exec that is being made. */
  record ExecPipes(SyncPipe sync, Fd begin, SyncPipe ready) implements AutoCloseable {
    @Override
    public void close() {
      sync.close();
      begin.close();
      ready.close();
    }
  }
}
