package dev.priok.cli.container;

import dev.priok.cli.Command;
import dev.priok.cli.FilterOptions;
import dev.priok.cli.Session;
import dev.priok.cli.format.Listing;
import dev.priok.client.ListContainersQuery;
import dev.priok.model.api.container.ContainerSummary;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok ps}: lists containers. */
@CommandLine.Command(
    name = "ps",
    customSynopsis = "priok ps [OPTIONS]",
    description = "List containers")
public final class ListCommand extends Command {
  @Option(
      names = {"-a", "--all"},
      description = "Show all containers (default shows just running).")
  boolean all;

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
      names = {"-n", "--last"},
      paramLabel = "int",
      description = "Show n last created containers (includes all states).")
  int last = -1;

  @Option(
      names = {"-l", "--latest"},
      description = "Show the latest created container (includes all states).")
  boolean latest;

  @Option(names = "--no-trunc", description = "Don't truncate output.")
  boolean noTrunc;

  @Option(
      names = {"-q", "--quiet"},
      description = "Only display container IDs.")
  boolean quiet;

  @Option(
      names = {"-s", "--size"},
      description = "Display total file sizes.")
  boolean size;

  /** Takes no arguments. */
  public ListCommand() {
    super(0, 0);
  }

  @Override
  public int run(Session session) throws Exception {
    int limit = latest ? 1 : last;
    boolean needsSize = size || (format != null && format.contains(".Size"));
    List<ContainerSummary> containers =
        session
            .client()
            .containers()
            .list(
                new ListContainersQuery(
                    all, needsSize, limit > 0 ? limit : null, FilterOptions.parse(filters)));
    Rows rows = new Rows(noTrunc);
    if (quiet && format == null) {
      containers.forEach(container -> session.out().println(rows.id(container)));
      return 0;
    }
    List<String> usual =
        new ArrayList<>(
            List.of("ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names"));
    if (size) {
      usual.add("Size");
    }
    Listing listing = new Listing(Rows.HEADERS, usual);
    containers.forEach(container -> listing.add(rows.cells(container), container.labels()));
    listing.print(format, session.out());
    return 0;
  }
}
