package dev.priok.cli.container;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code priok create}: creates a container without starting it. */
@CommandLine.Command(
    name = "create",
    customSynopsis = "priok create [OPTIONS] IMAGE [COMMAND] [ARG...]",
    description = "Create a new container")
public final class CreateCommand extends Command {
  @Mixin CreateOptions options = new CreateOptions();

  /** Takes an image and a command. */
  public CreateCommand() {
    super(1, ANY);
  }

  @Override
  public boolean optionsFirst() {
    return true;
  }

  @Override
  public int run(Session session) throws Exception {
    CreateOptions.Streams attached =
        new CreateOptions.Streams(options.process.interactive, true, true);
    String id =
        new ContainerCreation(session, options)
            .create(argument(0), arguments().subList(1, arguments().size()), attached);
    session.out().println(id);
    return 0;
  }
}
