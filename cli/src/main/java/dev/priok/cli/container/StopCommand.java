package dev.priok.cli.container;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok stop}: stop one or more running containers. */
@CommandLine.Command(
    name = "stop",
    customSynopsis = "priok stop [OPTIONS] CONTAINER [CONTAINER...]",
    description = "Stop one or more running containers")
public final class StopCommand extends Command {
  @Option(
      names = {"-s", "--signal"},
      paramLabel = "string",
      description = "Signal to send to the container.")
  @Nullable String signal;

  @Option(
      names = {"-t", "--timeout", "--time"},
      paramLabel = "int",
      description = "Seconds to wait before killing the container.")
  @Nullable Integer timeout;

  /** Takes its arguments. */
  public StopCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    return session.forEachPrinting(
        arguments(), name -> session.client().containers().stop(name, signal, timeout));
  }
}
