package dev.priok.cli.container;

import dev.priok.cli.PruneVerb;
import dev.priok.cli.Session;
import dev.priok.client.Filters;
import dev.priok.model.api.container.ContainerPruneResponse;
import picocli.CommandLine;

/** {@code priok container prune}: remove all stopped containers. */
@CommandLine.Command(
    name = "prune",
    customSynopsis = "priok container prune [OPTIONS]",
    description = "Remove all stopped containers")
public final class PruneCommand extends PruneVerb {
  @Override
  protected String warning() {
    return "This will remove all stopped containers.";
  }

  @Override
  protected Pruned prune(Session session, Filters chosen) throws Exception {
    ContainerPruneResponse pruned = session.client().containers().prune(chosen);
    return new Pruned("Deleted Containers:", pruned.containersDeleted(), pruned.spaceReclaimed());
  }
}
