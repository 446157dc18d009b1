package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.terminal.RawMode;
import dev.priok.cli.terminal.TerminalFiles;
import dev.priok.client.streams.HijackedStream;
import dev.priok.model.api.exec.ExecConfig;
import dev.priok.model.api.exec.ExecInspectResponse;
import dev.priok.model.api.exec.ExecStartConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok exec}: runs one more program in a running container. */
@CommandLine.Command(
    name = "exec",
    customSynopsis = "priok exec [OPTIONS] CONTAINER COMMAND [ARG...]",
    description = "Execute a command in a running container")
public final class ExecCommand extends Command {
  @Option(
      names = {"-d", "--detach"},
      description = "Detached mode: run command in the background.")
  boolean detach;

  @Option(
      names = "--detach-keys",
      paramLabel = "string",
      description = "Override the key sequence for detaching a container.")
  @Nullable String detachKeys;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "list",
      description = "Set environment variables.")
  List<String> env = new ArrayList<>();

  @Option(
      names = "--env-file",
      paramLabel = "list",
      description = "Read in a file of environment variables.")
  List<String> envFiles = new ArrayList<>();

  @Option(
      names = {"-i", "--interactive"},
      description = "Keep STDIN open even if not attached.")
  boolean interactive;

  @Option(names = "--privileged", description = "Give extended privileges to the command.")
  boolean privileged;

  @Option(
      names = {"-t", "--tty"},
      description = "Allocate a pseudo-TTY.")
  boolean tty;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "string",
      description = "Username or UID (format: \"<name|uid>[:<group|gid>]\").")
  @Nullable String user;

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "string",
      description = "Working directory inside the container.")
  @Nullable String workdir;

  /** Takes a container and a command. */
  public ExecCommand() {
    super(2, ANY);
  }

  @Override
  public boolean optionsFirst() {
    return true;
  }

  @Override
  public int run(Session session) throws Exception {
    boolean stdin = interactive && !detach;
    if (tty && stdin && !TerminalFiles.isTerminal(0)) {
      throw CliException.failure("the input device is not a TTY");
    }
    List<Integer> size = null;
    if (tty && !detach && TerminalFiles.isTerminal(0)) {
      RawMode.Size terminal = RawMode.size();
      size = List.of(terminal.rows(), terminal.columns());
    }
    ExecConfig config =
        new ExecConfig(
            stdin,
            !detach,
            !detach,
            size,
            detachKeys,
            tty,
            EnvironmentFiles.merge(env, envFiles, session.environment()),
            arguments().subList(1, arguments().size()),
            privileged,
            user,
            workdir);
    String id = session.client().execs().create(argument(0), config);
    if (detach) {
      session.client().execs().startDetached(id);
      return 0;
    }
    Foreground foreground = new Foreground(session, tty, stdin, detachKeys);
    try (HijackedStream stream =
        session.client().execs().start(id, new ExecStartConfig(false, tty, size))) {
      boolean detached =
          foreground.show(
              stream,
              (rows, columns) -> session.client().execs().resize(id, rows, columns),
              () -> {});
      if (detached) {
        return 0;
      }
    }
    ExecInspectResponse ended = session.client().execs().inspect(id);
    return ended.exitCode() == null ? 1 : ended.exitCode();
  }
}
