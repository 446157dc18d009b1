package dev.priok.cli.volume;

import dev.priok.cli.Command;
import dev.priok.cli.FilterOptions;
import dev.priok.cli.Session;
import dev.priok.cli.format.Listing;
import dev.priok.model.api.volume.Volume;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok volume ls}: list volumes. */
@CommandLine.Command(
    name = "ls",
    customSynopsis = "priok volume ls [OPTIONS]",
    description = "List volumes")
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

  /** Takes its arguments. */
  public ListCommand() {
    super(0, 0);
  }

  @Override
  public int run(Session session) throws Exception {
    List<Volume> volumes = session.client().volumes().list(FilterOptions.parse(filters)).volumes();
    Listing listing = new Listing(Rows.HEADERS, List.of("Driver", "Name"));
    List<Volume> sorted =
        volumes == null
            ? List.of()
            : volumes.stream().sorted(Comparator.comparing(v -> Rows.text(v.name()))).toList();
    for (Volume volume : sorted) {
      if (quiet && format == null) {
        session.out().println(volume.name());
      } else {
        listing.add(Rows.cells(volume), volume.labels());
      }
    }
    if (!quiet || format != null) {
      listing.print(format, session.out());
    }
    return 0;
  }
}
