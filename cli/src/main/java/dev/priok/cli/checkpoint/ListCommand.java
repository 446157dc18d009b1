package dev.priok.cli.checkpoint;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.format.Listing;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok checkpoint ls}: lists a container's checkpoints. */
@CommandLine.Command(
    name = "ls",
    customSynopsis = "priok checkpoint ls [OPTIONS] CONTAINER",
    description = "List checkpoints for a container")
public final class ListCommand extends Command {
  private static final String NAME = "Name";

  @Option(
      names = "--checkpoint-dir",
      paramLabel = "string",
      description = "Use a custom checkpoint storage directory.")
  @Nullable String folder;

  /** Takes a container. */
  public ListCommand() {
    super(1, 1);
  }

  @Override
  public int run(Session session) throws Exception {
    Listing listing = new Listing(Map.of(NAME, "CHECKPOINT NAME"), List.of(NAME));
    session
        .client()
        .checkpoints(argument(0))
        .list(folder)
        .forEach(each -> listing.add(Map.of(NAME, each.name()), Map.of()));
    listing.print(null, session.out());
    return 0;
  }
}
