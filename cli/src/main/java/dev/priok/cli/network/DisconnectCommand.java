package dev.priok.cli.network;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok network disconnect}: disconnect a container from a network. */
@CommandLine.Command(
    name = "disconnect",
    customSynopsis = "priok network disconnect [OPTIONS] NETWORK CONTAINER",
    description = "Disconnect a container from a network")
public final class DisconnectCommand extends Command {
  @Option(
      names = {"-f", "--force"},
      description = "Force the container to disconnect from a network.")
  boolean force;

  /** Takes its arguments. */
  public DisconnectCommand() {
    super(2, 2);
  }

  @Override
  public int run(Session session) throws Exception {
    session.client().networks().disconnect(argument(0), argument(1), force);
    return 0;
  }
}
