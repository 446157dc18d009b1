package dev.priok.cli.network;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.client.ApiException;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok network rm}: remove one or more networks. */
@CommandLine.Command(
    name = "rm",
    customSynopsis = "priok network rm NETWORK [NETWORK...]",
    description = "Remove one or more networks")
public final class RemoveCommand extends Command {
  @Option(
      names = {"-f", "--force"},
      description = "Do not error if the network does not exist.")
  boolean force;

  /** Takes its arguments. */
  public RemoveCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    return session.forEachPrinting(arguments(), name -> remove(session, name));
  }

  private void remove(Session session, String name) {
    try {
      session.client().networks().remove(name);
    } catch (ApiException e) {
      if (!(force && e.isNotFound())) {
        throw e;
      }
    }
  }
}
