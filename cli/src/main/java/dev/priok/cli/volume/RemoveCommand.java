package dev.priok.cli.volume;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok volume rm}: remove one or more volumes. */
@CommandLine.Command(
    name = "rm",
    customSynopsis = "priok volume rm [OPTIONS] VOLUME [VOLUME...]",
    description = "Remove one or more volumes")
public final class RemoveCommand extends Command {
  @Option(
      names = {"-f", "--force"},
      description = "Force the removal of one or more volumes.")
  boolean force;

  /** Takes its arguments. */
  public RemoveCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    return session.forEachPrinting(
        arguments(), name -> session.client().volumes().remove(name, force));
  }
}
