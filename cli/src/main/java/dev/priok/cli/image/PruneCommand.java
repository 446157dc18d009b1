package dev.priok.cli.image;

import dev.priok.cli.PruneVerb;
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
public final class PruneCommand extends PruneVerb {
  @Option(
      names = {"-a", "--all"},
      description = "Remove all unused images, not just dangling ones.")
  boolean all;

  @Override
  protected String warning() {
    return all
        ? "This will remove all images without at least one container associated to them."
        : "This will remove all dangling images.";
  }

  @Override
  protected Pruned prune(Session session, Filters chosen) throws Exception {
    ImagePruneResponse pruned =
        session.client().images().prune(chosen.and("dangling", all ? "false" : "true"));
    List<String> lines = new ArrayList<>();
    if (pruned.imagesDeleted() != null) {
      for (ImageDeleteResponseItem item : pruned.imagesDeleted()) {
        lines.add(RemoveCommand.line(item));
      }
    }
    return new Pruned("Deleted Images:", lines, pruned.spaceReclaimed());
  }
}
