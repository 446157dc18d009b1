package dev.priok.cli.container;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.format.Instants;
import dev.priok.client.LogsQuery;
import dev.priok.client.streams.MultiplexedInput;
import dev.priok.model.api.container.ContainerConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok logs}: fetch the logs of a container. */
@CommandLine.Command(
    name = "logs",
    customSynopsis = "priok logs [OPTIONS] CONTAINER",
    description = "Fetch the logs of a container")
public final class LogsCommand extends Command {
  @Option(names = "--details", description = "Show extra details provided to logs.")
  boolean details;

  @Option(
      names = {"-f", "--follow"},
      description = "Follow log output.")
  boolean follow;

  @Option(
      names = "--since",
      paramLabel = "string",
      description =
          "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\").")
  @Nullable String since;

  @Option(
      names = "--until",
      paramLabel = "string",
      description =
          "Show logs before a timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\").")
  @Nullable String until;

  @Option(
      names = {"-n", "--tail"},
      paramLabel = "string",
      description = "Number of lines to show from the end of the logs (default \"all\").")
  String tail = "all";

  @Option(
      names = {"-t", "--timestamps"},
      description = "Show timestamps.")
  boolean timestamps;

  /** Takes its arguments. */
  public LogsCommand() {
    super(1, 1);
  }

  @Override
  public int run(Session session) throws Exception {
    ContainerConfig config = session.client().containers().inspect(argument(0)).config();
    boolean tty = config != null && Boolean.TRUE.equals(config.tty());
    LogsQuery query =
        new LogsQuery(
            true,
            true,
            follow,
            timestamps,
            details,
            Instants.parse(since, "--since"),
            Instants.parse(until, "--until"),
            tail);
    try (MultiplexedInput logs = session.client().containers().logs(argument(0), query, tty)) {
      logs.copyTo(session.stdout(), session.err());
    }
    return 0;
  }
}
