package dev.priok.cli;

import dev.priok.cli.format.HumanSize;
import dev.priok.client.Filters;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every {@code prune} does: asks, removes what nobody uses, tells what went. */
public abstract class PruneVerb extends Command {
  @Option(
      names = "--filter",
      paramLabel = "filter",
      description = "Provide filter values (e.g. \"label=<key>=<value>\").")
  List<String> filters = new ArrayList<>();

  @Option(
      names = {"-f", "--force"},
      description = "Do not prompt for confirmation.")
  boolean force;

  /** Takes no arguments. */
  protected PruneVerb() {
    super(0, 0);
  }

  /**
   * What was removed.
   *
   * @param title above the names
   * @param reclaimed bytes; null where that means nothing
   */
  public record Pruned(String title, @Nullable List<String> names, @Nullable Long reclaimed) {}

  /** Why one should think twice. */
  protected abstract String warning();

  protected abstract Pruned prune(Session session, Filters chosen) throws Exception;

  @Override
  public final int run(Session session) throws Exception {
    Confirm.orEnd(session, force, "WARNING! " + warning());
    Pruned pruned = prune(session, FilterOptions.parse(filters));
    if (pruned.names() != null && !pruned.names().isEmpty()) {
      session.out().println(pruned.title());
      pruned.names().forEach(session.out()::println);
      session.out().println();
    }
    if (pruned.reclaimed() != null) {
      session.out().println("Total reclaimed space: " + HumanSize.of(pruned.reclaimed()));
    }
    return 0;
  }
}
