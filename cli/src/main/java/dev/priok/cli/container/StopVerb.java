package dev.priok.cli.container;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.client.ContainersApi;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code stop} and {@code restart} share: a signal, patience, and one container or more. */
abstract class StopVerb extends Command {
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

  /** Takes one name or more. */
  StopVerb() {
    super(1, ANY);
  }

  abstract void stop(
      ContainersApi containers, String name, @Nullable String how, @Nullable Integer seconds)
      throws Exception;

  @Override
  public final int run(Session session) throws Exception {
    return session.forEachPrinting(
        arguments(), name -> stop(session.client().containers(), name, signal, timeout));
  }
}
