package dev.priok.cli.container;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import picocli.CommandLine;

/** {@code priok unpause}: unpause all processes within one or more containers. */
@CommandLine.Command(
    name = "unpause",
    customSynopsis = "priok unpause CONTAINER [CONTAINER...]",
    description = "Unpause all processes within one or more containers")
public final class UnpauseCommand extends Command {

  /** Takes its arguments. */
  public UnpauseCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    return session.forEachPrinting(arguments(), session.client().containers()::unpause);
  }
}
