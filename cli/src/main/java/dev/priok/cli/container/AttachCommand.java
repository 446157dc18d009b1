package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.client.AttachQuery;
import dev.priok.client.PendingWait;
import dev.priok.client.WaitCondition;
import dev.priok.client.streams.HijackedStream;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.ContainerInspectResponse;
import dev.priok.model.api.container.ContainerState;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok attach}: joins a running container's streams. */
@CommandLine.Command(
    name = "attach",
    customSynopsis = "priok attach [OPTIONS] CONTAINER",
    description = "Attach local standard input, output, and error streams to a running container")
public final class AttachCommand extends Command {
  @Option(
      names = "--detach-keys",
      paramLabel = "string",
      description = "Override the key sequence for detaching a container.")
  @Nullable String detachKeys;

  @Option(names = "--no-stdin", description = "Do not attach STDIN.")
  boolean noStdin;

  @Option(
      names = "--sig-proxy",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Proxy all received signals to the process (default true).")
  boolean sigProxy;

  /** Takes a container. */
  public AttachCommand() {
    super(1, 1);
  }

  @Override
  public int run(Session session) throws Exception {
    ContainerInspectResponse container = session.client().containers().inspect(argument(0));
    checkRunning(container.state());
    String id = container.id() == null ? argument(0) : container.id();
    ContainerConfig config = container.config();
    boolean tty = config != null && Boolean.TRUE.equals(config.tty());
    boolean stdin = !noStdin && config != null && Boolean.TRUE.equals(config.openStdin());
    Foreground foreground = new Foreground(session, tty, stdin, detachKeys);
    foreground.check();
    AttachQuery query = new AttachQuery(stdin, true, true, false, detachKeys);
    // Watching begins before the attach: an end between the two must not be missed.
    try (PendingWait wait = session.client().containers().beginWait(id, WaitCondition.NOT_RUNNING);
        HijackedStream stream = session.client().containers().attach(id, query, tty)) {
      if (sigProxy && !tty) {
        Foreground.proxySignals(session, id);
      }
      boolean detached =
          foreground.show(
              stream,
              (rows, columns) -> session.client().containers().resize(id, rows, columns),
              () -> {});
      return detached ? 0 : ExitCodes.of(wait.result());
    }
  }

  private static void checkRunning(@Nullable ContainerState state) {
    if (state == null || !Boolean.TRUE.equals(state.running())) {
      throw CliException.failure("cannot attach to a stopped container, start it first");
    }
    if (Boolean.TRUE.equals(state.paused())) {
      throw CliException.failure("cannot attach to a paused container, unpause it first");
    }
    if (Boolean.TRUE.equals(state.restarting())) {
      throw CliException.failure(
          "cannot attach to a restarting container, wait until it is running");
    }
  }
}
