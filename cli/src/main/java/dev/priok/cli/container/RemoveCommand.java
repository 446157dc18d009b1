package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.Failures;
import dev.priok.cli.Session;
import dev.priok.client.ApiException;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok rm}: remove one or more containers. */
@CommandLine.Command(
    name = "rm",
    customSynopsis = "priok rm [OPTIONS] CONTAINER [CONTAINER...]",
    description = "Remove one or more containers")
public final class RemoveCommand extends Command {
  @Option(
      names = {"-f", "--force"},
      description = "Force the removal of a running container (uses SIGKILL).")
  boolean force;

  @Option(
      names = {"-l", "--link"},
      description = "Remove the specified link.")
  boolean link;

  @Option(
      names = {"-v", "--volumes"},
      description = "Remove anonymous volumes associated with the container.")
  boolean volumes;

  /** Takes its arguments. */
  public RemoveCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    if (link) {
      throw CliException.failure("--link: legacy links are not supported by this command");
    }
    return session.forEachPrinting(arguments(), name -> remove(session, name));
  }

  private void remove(Session session, String name) {
    try {
      session.client().containers().remove(name.replaceFirst("^/+", ""), volumes, force);
    } catch (ApiException e) {
      // Docker's command says nothing of a container that is gone when removal is forced, but
      // fails.
      if (!(force && e.isNotFound())) {
        throw e;
      }
      throw CliException.failure(Failures.describe(e));
    }
  }
}
