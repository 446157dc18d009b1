package dev.priok.cli.image;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.format.HumanDuration;
import dev.priok.cli.format.HumanSize;
import dev.priok.cli.format.Listing;
import dev.priok.model.api.image.ImageHistoryResponseItem;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok history}: how an image was made. */
@CommandLine.Command(
    name = "history",
    customSynopsis = "priok history [OPTIONS] IMAGE",
    description = "Show the history of an image")
public final class HistoryCommand extends Command {
  private static final List<String> USUAL =
      List.of("ID", "CreatedSince", "CreatedBy", "Size", "Comment");
  private static final Map<String, String> HEADERS =
      Map.of(
          "ID", "IMAGE",
          "CreatedSince", "CREATED",
          "CreatedAt", "CREATED AT",
          "CreatedBy", "CREATED BY",
          "Size", "SIZE",
          "Comment", "COMMENT");

  @Option(
      names = "--format",
      paramLabel = "string",
      description = "Format output: 'table', 'table TEMPLATE', 'json' or a Go template.")
  @Nullable String format;

  @Option(names = "--no-trunc", description = "Don't truncate output.")
  boolean noTrunc;

  @Option(
      names = {"-q", "--quiet"},
      description = "Only show image IDs.")
  boolean quiet;

  /** Takes its arguments. */
  public HistoryCommand() {
    super(1, 1);
  }

  @Override
  public int run(Session session) throws Exception {
    Listing listing = new Listing(HEADERS, USUAL);
    for (ImageHistoryResponseItem item : session.client().images().history(argument(0))) {
      Map<String, String> cells = cells(item);
      if (quiet && format == null) {
        session.out().println(cells.getOrDefault("ID", ""));
      }
      listing.add(cells, null);
    }
    if (!quiet || format != null) {
      listing.print(format, session.out());
    }
    return 0;
  }

  private Map<String, String> cells(ImageHistoryResponseItem item) {
    Instant created = Instant.ofEpochSecond(item.created() == null ? 0 : item.created());
    String by = (item.createdBy() == null ? "" : item.createdBy()).replace('\t', ' ');
    String id = item.id() == null ? "" : item.id().replaceFirst("^sha256:", "");
    Map<String, String> cells = new HashMap<>();
    cells.put("ID", noTrunc || id.length() <= 12 ? id : id.substring(0, 12));
    cells.put("CreatedSince", HumanDuration.of(Duration.between(created, Instant.now())) + " ago");
    cells.put("CreatedAt", created.toString());
    cells.put("CreatedBy", noTrunc || by.length() <= 45 ? by : by.substring(0, 44) + "…");
    cells.put("Size", HumanSize.ofImage(item.size() == null ? 0 : item.size()));
    cells.put("Comment", item.comment() == null ? "" : item.comment());
    return cells;
  }
}
