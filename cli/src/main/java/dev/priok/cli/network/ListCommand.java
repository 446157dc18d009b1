package dev.priok.cli.network;

import dev.priok.cli.Command;
import dev.priok.cli.FilterOptions;
import dev.priok.cli.Session;
import dev.priok.cli.format.Listing;
import dev.priok.model.api.network.Network;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok network ls}: list networks. */
@CommandLine.Command(
    name = "ls",
    customSynopsis = "priok network ls [OPTIONS]",
    description = "List networks")
public final class ListCommand extends Command {
  @Option(
      names = {"-f", "--filter"},
      paramLabel = "filter",
      description = "Filter output based on conditions provided.")
  List<String> filters = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "string",
      description = "Format output: 'table', 'table TEMPLATE', 'json' or a Go template.")
  @Nullable String format;

  @Option(
      names = {"-q", "--quiet"},
      description = "Only display IDs or names.")
  boolean quiet;

  @Option(names = "--no-trunc", description = "Don't truncate output.")
  boolean noTrunc;

  /** Takes its arguments. */
  public ListCommand() {
    super(0, 0);
  }

  @Override
  public int run(Session session) throws Exception {
    List<Network> networks =
        session.client().networks().list(FilterOptions.parse(filters)).stream()
            .sorted(Comparator.comparing(n -> Rows.text(n.name())))
            .toList();
    Listing listing = new Listing(Rows.HEADERS, List.of("ID", "Name", "Driver", "Scope"));
    for (Network network : networks) {
      if (quiet && format == null) {
        session.out().println(Rows.id(network, noTrunc));
      } else {
        listing.add(Rows.cells(network, noTrunc), network.labels());
      }
    }
    if (!quiet || format != null) {
      listing.print(format, session.out());
    }
    return 0;
  }
}
