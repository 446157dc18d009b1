package dev.priok.cli.container;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok restart}: restart one or more containers. */
@CommandLine.Command(
    name = "restart",
    customSynopsis = "priok restart [OPTIONS] CONTAINER [CONTAINER...]",
    description = "Restart one or more containers")
public final class RestartCommand extends Command {
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
  public RestartCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    return session.forEachPrinting(
        arguments(), name -> session.client().containers().restart(name, signal, timeout));
  }
}
