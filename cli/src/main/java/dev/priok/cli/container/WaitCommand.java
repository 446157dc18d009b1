package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.client.WaitCondition;
import dev.priok.model.api.container.ContainerWaitExitError;
import dev.priok.model.api.container.ContainerWaitResponse;
import picocli.CommandLine;

/** {@code priok wait}: block until one or more containers stop, then print their exit codes. */
@CommandLine.Command(
    name = "wait",
    customSynopsis = "priok wait CONTAINER [CONTAINER...]",
    description = "Block until one or more containers stop, then print their exit codes")
public final class WaitCommand extends Command {

  /** Takes its arguments. */
  public WaitCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    return session.forEach(arguments(), name -> await(session, name));
  }

  private static void await(Session session, String name) {
    ContainerWaitResponse result =
        session.client().containers().waitFor(name, WaitCondition.NOT_RUNNING);
    ContainerWaitExitError error = result.error();
    if (error != null && error.message() != null && !error.message().isEmpty()) {
      throw CliException.failure(error.message());
    }
    session.out().println(result.statusCode());
    session.out().flush();
  }
}
