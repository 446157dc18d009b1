package dev.priok.cli.network;

import dev.priok.cli.Command;
import dev.priok.cli.Confirm;
import dev.priok.cli.FilterOptions;
import dev.priok.cli.Pruned;
import dev.priok.cli.Session;
import dev.priok.model.api.network.NetworkPruneResponse;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok network prune}: remove unused networks. */
@CommandLine.Command(
    name = "prune",
    customSynopsis = "priok network prune [OPTIONS]",
    description = "Remove unused networks")
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
    Confirm.orEnd(
        session,
        force,
        "WARNING! This will remove all custom networks not used by at least one container.");
    NetworkPruneResponse pruned = session.client().networks().prune(FilterOptions.parse(filters));
    Pruned.print(session, "Deleted Networks:", pruned.networksDeleted(), null);
    return 0;
  }
}
