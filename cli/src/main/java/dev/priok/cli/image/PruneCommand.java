package dev.priok.cli.image;

import dev.priok.cli.Command;
import dev.priok.cli.Confirm;
import dev.priok.cli.FilterOptions;
import dev.priok.cli.Pruned;
import dev.priok.cli.Session;
import dev.priok.client.Filters;
import dev.priok.model.api.image.ImageDeleteResponseItem;
import dev.priok.model.api.image.ImagePruneResponse;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok image prune}: remove unused images. */
@CommandLine.Command(
    name = "prune",
    customSynopsis = "priok image prune [OPTIONS]",
    description = "Remove unused images")
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
      description = "Remove all unused images, not just dangling ones.")
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
            ? "WARNING! This will remove all images without at least one container associated to them."
            : "WARNING! This will remove all dangling images.");
    Filters chosen = FilterOptions.parse(filters).and("dangling", all ? "false" : "true");
    ImagePruneResponse pruned = session.client().images().prune(chosen);
    List<String> lines = new ArrayList<>();
    if (pruned.imagesDeleted() != null) {
      for (ImageDeleteResponseItem item : pruned.imagesDeleted()) {
        lines.add(RemoveCommand.line(item));
      }
    }
    Pruned.print(session, "Deleted Images:", lines, pruned.spaceReclaimed());
    return 0;
  }
}
