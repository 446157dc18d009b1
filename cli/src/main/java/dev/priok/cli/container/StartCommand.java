package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.Failures;
import dev.priok.cli.Session;
import dev.priok.client.AttachQuery;
import dev.priok.client.PendingWait;
import dev.priok.client.WaitCondition;
import dev.priok.client.streams.HijackedStream;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.ContainerInspectResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok start}: starts stopped containers. */
@CommandLine.Command(
    name = "start",
    customSynopsis = "priok start [OPTIONS] CONTAINER [CONTAINER...]",
    description = "Start one or more stopped containers")
public final class StartCommand extends Command {
  @Option(
      names = {"-a", "--attach"},
      description = "Attach STDOUT/STDERR and forward signals.")
  boolean attach;

  @Option(
      names = "--checkpoint",
      paramLabel = "string",
      description = "Restore from this checkpoint.")
  @Nullable String checkpoint;

  @Option(
      names = "--checkpoint-dir",
      paramLabel = "string",
      description = "Use a custom checkpoint storage directory.")
  @Nullable String checkpointFolder;

  @Option(
      names = "--detach-keys",
      paramLabel = "string",
      description = "Override the key sequence for detaching a container.")
  @Nullable String detachKeys;

  @Option(
      names = {"-i", "--interactive"},
      description = "Attach container's STDIN.")
  boolean interactive;

  /** Takes containers. */
  public StartCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    if (attach || interactive) {
      if (checkpoint != null) {
        throw CliException.failure(
            "you cannot attach to a container that starts from a checkpoint");
      }
      if (arguments().size() > 1) {
        throw CliException.failure("you cannot start and attach multiple containers at once");
      }
      return attached(session, argument(0));
    }
    if (checkpoint != null || checkpointFolder != null) {
      return restored(session);
    }
    List<String> failed = new ArrayList<>();
    for (String name : arguments()) {
      try {
        session.client().containers().start(name);
        session.out().println(name);
        session.out().flush();
      } catch (RuntimeException e) {
        session.err().println(Failures.describe(e));
        failed.add(name);
      }
    }
    if (!failed.isEmpty()) {
      throw CliException.failure("failed to start containers: " + String.join(", ", failed));
    }
    return 0;
  }

  private int restored(Session session) {
    if (arguments().size() > 1) {
      throw CliException.failure("you cannot restore multiple containers at once");
    }
    if (checkpoint == null) {
      throw CliException.failure("--checkpoint-dir needs --checkpoint");
    }
    session.client().checkpoints(argument(0)).start(checkpoint, checkpointFolder);
    session.out().println(argument(0));
    return 0;
  }

  private int attached(Session session, String name) throws Exception {
    ContainerInspectResponse container = session.client().containers().inspect(name);
    String id = container.id() == null ? name : container.id();
    ContainerConfig config = container.config();
    boolean tty = config != null && Boolean.TRUE.equals(config.tty());
    boolean stdin = interactive && config != null && Boolean.TRUE.equals(config.openStdin());
    boolean removed =
        container.hostConfig() != null && Boolean.TRUE.equals(container.hostConfig().autoRemove());
    Foreground foreground = new Foreground(session, tty, stdin, detachKeys);
    foreground.check();
    AttachQuery query = new AttachQuery(stdin, true, true, false, detachKeys);
    try (HijackedStream stream = session.client().containers().attach(id, query, tty);
        PendingWait wait =
            session
                .client()
                .containers()
                .beginWait(id, removed ? WaitCondition.REMOVED : WaitCondition.NEXT_EXIT)) {
      if (!tty) {
        Foreground.proxySignals(session, id);
      }
      boolean detached =
          foreground.show(
              stream,
              (rows, columns) -> session.client().containers().resize(id, rows, columns),
              () -> session.client().containers().start(id, detachKeys));
      return detached ? 0 : ExitCodes.of(wait.result());
    }
  }
}
