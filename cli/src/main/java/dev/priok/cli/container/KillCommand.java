package dev.priok.cli.container;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok kill}: kill one or more running containers. */
@CommandLine.Command(
    name = "kill",
    customSynopsis = "priok kill [OPTIONS] CONTAINER [CONTAINER...]",
    description = "Kill one or more running containers")
public final class KillCommand extends Command {
  @Option(
      names = {"-s", "--signal"},
      paramLabel = "string",
      description = "Signal to send to the container.")
  @Nullable String signal;

  /** Takes its arguments. */
  public KillCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    return session.forEachPrinting(
        arguments(), name -> session.client().containers().kill(name, signal));
  }
}
