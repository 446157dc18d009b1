package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.client.AttachQuery;
import dev.priok.client.PendingWait;
import dev.priok.client.WaitCondition;
import dev.priok.client.streams.HijackedStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code priok run}: creates a container, starts it, and stays with it until it ends. */
@CommandLine.Command(
    name = "run",
    customSynopsis = "priok run [OPTIONS] IMAGE [COMMAND] [ARG...]",
    description = "Create and run a new container from an image")
public final class RunCommand extends Command {
  @Mixin CreateOptions options = new CreateOptions();

  @Option(
      names = {"-d", "--detach"},
      description = "Run container in background and print container ID.")
  boolean detach;

  @Option(
      names = "--detach-keys",
      paramLabel = "string",
      description = "Override the key sequence for detaching a container.")
  @Nullable String detachKeys;

  @Option(
      names = "--sig-proxy",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Proxy received signals to the process (default true).")
  boolean sigProxy;

  /** Takes an image and a command. */
  public RunCommand() {
    super(1, ANY);
  }

  @Override
  public boolean optionsFirst() {
    return true;
  }

  @Override
  public int run(Session session) throws Exception {
    CreateOptions.Streams attached = attached();
    Foreground foreground =
        new Foreground(session, options.process.tty, attached.stdin(), detachKeys);
    foreground.check();
    try {
      String id =
          new ContainerCreation(session, options)
              .create(argument(0), arguments().subList(1, arguments().size()), attached);
      return detach || !attached.any()
          ? background(session, id)
          : inForeground(session, id, attached, foreground);
    } catch (Exception e) {
      throw ExitCodes.ofRun(e);
    }
  }

  private int background(Session session, String id) {
    session.client().containers().start(id);
    session.out().println(id);
    return 0;
  }

  private int inForeground(
      Session session, String id, CreateOptions.Streams attached, Foreground foreground)
      throws Exception {
    boolean tty = options.process.tty;
    AttachQuery query =
        new AttachQuery(attached.stdin(), attached.stdout(), attached.stderr(), false, detachKeys);
    try (HijackedStream stream = session.client().containers().attach(id, query, tty);
        PendingWait wait =
            session
                .client()
                .containers()
                .beginWait(id, options.remove ? WaitCondition.REMOVED : WaitCondition.NEXT_EXIT)) {
      if (sigProxy && !tty) {
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

  private CreateOptions.Streams attached() {
    List<String> chosen = options.process.attach;
    if (detach) {
      if (!chosen.isEmpty()) {
        throw new CliException(
            125, "conflicting options: cannot specify both --attach and --detach");
      }
      return new CreateOptions.Streams(false, false, false);
    }
    if (chosen.isEmpty()) {
      return new CreateOptions.Streams(options.process.interactive, true, true);
    }
    List<String> lower = chosen.stream().map(s -> s.toLowerCase(Locale.ROOT)).toList();
    for (String stream : lower) {
      if (!List.of("stdin", "stdout", "stderr").contains(stream)) {
        throw CliException.badOption(
            stream, "-a, --attach", "valid streams are STDIN, STDOUT and STDERR");
      }
    }
    return new CreateOptions.Streams(
        lower.contains("stdin"), lower.contains("stdout"), lower.contains("stderr"));
  }
}
