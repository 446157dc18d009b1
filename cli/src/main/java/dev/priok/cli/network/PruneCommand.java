package dev.priok.cli.network;

import dev.priok.cli.PruneVerb;
import dev.priok.cli.Session;
import dev.priok.client.Filters;
import dev.priok.model.api.network.NetworkPruneResponse;
import picocli.CommandLine;

/** {@code priok network prune}: remove unused networks. */
@CommandLine.Command(
    name = "prune",
    customSynopsis = "priok network prune [OPTIONS]",
    description = "Remove unused networks")
public final class PruneCommand extends PruneVerb {
  @Override
  protected String warning() {
    return "This will remove all custom networks not used by at least one container.";
  }

  @Override
  protected Pruned prune(Session session, Filters chosen) throws Exception {
    NetworkPruneResponse pruned = session.client().networks().prune(chosen);
    return new Pruned("Deleted Networks:", pruned.networksDeleted(), null);
  }
}
