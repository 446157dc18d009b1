package dev.priok.cli.volume;

import dev.priok.cli.Command;
import dev.priok.cli.Confirm;
import dev.priok.cli.FilterOptions;
import dev.priok.cli.Pruned;
import dev.priok.cli.Session;
import dev.priok.client.Filters;
import dev.priok.model.api.volume.VolumePruneResponse;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok volume prune}: remove unused volumes. */
@CommandLine.Command(
    name = "prune",
    customSynopsis = "priok volume prune [OPTIONS]",
    description = "Remove unused volumes")
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

  @Option(
      names = {"-a", "--all"},
      description = "Remove all unused volumes, not just anonymous ones.")
  boolean all;

  /** Takes its arguments. */
  public PruneCommand() {
    super(0, 0);
  }

  @Override
  public int run(Session session) throws Exception {
    Confirm.orEnd(
        session,
        force,
        all
            ? "WARNING! This will remove all local volumes not used by at least one container."
            : "WARNING! This will remove anonymous local volumes not used by at least one container.");
    Filters chosen = FilterOptions.parse(filters);
    VolumePruneResponse pruned =
        session.client().volumes().prune(all ? chosen.and("all", "true") : chosen);
    Pruned.print(session, "Deleted Volumes:", pruned.volumesDeleted(), pruned.spaceReclaimed());
    return 0;
  }
}
