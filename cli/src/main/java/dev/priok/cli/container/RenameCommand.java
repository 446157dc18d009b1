package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.Session;
import picocli.CommandLine;

/** {@code priok rename}: rename a container. */
@CommandLine.Command(
    name = "rename",
    customSynopsis = "priok rename CONTAINER NEW_NAME",
    description = "Rename a container")
public final class RenameCommand extends Command {

  /** Takes its arguments. */
  public RenameCommand() {
    super(2, 2);
  }

  @Override
  public int run(Session session) throws Exception {
    String name = argument(1).strip();
    if (name.isEmpty()) {
      throw CliException.failure("Error: Neither old nor new names may be empty");
    }
    session.client().containers().rename(argument(0), name);
    return 0;
  }
}
