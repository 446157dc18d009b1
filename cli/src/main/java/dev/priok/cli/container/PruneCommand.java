package dev.priok.cli.container;

import dev.priok.cli.Command;
import dev.priok.cli.Confirm;
import dev.priok.cli.FilterOptions;
import dev.priok.cli.Pruned;
import dev.priok.cli.Session;
import dev.priok.model.api.container.ContainerPruneResponse;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok container prune}: remove all stopped containers. */
@CommandLine.Command(
    name = "prune",
    customSynopsis = "priok container prune [OPTIONS]",
    description = "Remove all stopped containers")
public final class PruneCommand extends Command {
  @Option(
      names = "--filter",
      paramLabel = "filter",
      description = "Provide filter values (e.g. \"label=<key>=<value>\").")
  List<String> filters = new ArrayList<>();

  @Option(
      names = {"-f", "--force"},
      description = "Do not prompt for confirmation.")
  boolean force;

  /** Takes its arguments. */
  public PruneCommand() {
    super(0, 0);
  }

  @Override
  public int run(Session session) throws Exception {
    Confirm.orEnd(session, force, "WARNING! This will remove all stopped containers.");
    ContainerPruneResponse pruned =
        session.client().containers().prune(FilterOptions.parse(filters));
    Pruned.print(
        session, "Deleted Containers:", pruned.containersDeleted(), pruned.spaceReclaimed());
    return 0;
  }
}
