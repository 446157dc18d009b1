package dev.priok.cli.volume;

import dev.priok.cli.PruneVerb;
import dev.priok.cli.Session;
import dev.priok.client.Filters;
import dev.priok.model.api.volume.VolumePruneResponse;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok volume prune}: remove unused volumes. */
@CommandLine.Command(
    name = "prune",
    customSynopsis = "priok volume prune [OPTIONS]",
    description = "Remove unused volumes")
public final class PruneCommand extends PruneVerb {
  @Option(
      names = {"-a", "--all"},
      description = "Remove all unused volumes, not just anonymous ones.")
  boolean all;

  @Override
  protected String warning() {
    return all
        ? "This will remove all local volumes not used by at least one container."
        : "This will remove anonymous local volumes not used by at least one container.";
  }

  @Override
  protected Pruned prune(Session session, Filters chosen) throws Exception {
    VolumePruneResponse pruned =
        session.client().volumes().prune(all ? chosen.and("all", "true") : chosen);
    return new Pruned("Deleted Volumes:", pruned.volumesDeleted(), pruned.spaceReclaimed());
  }
}
