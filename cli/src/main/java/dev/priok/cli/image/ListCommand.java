package dev.priok.cli.image;

import dev.priok.cli.Command;
import dev.priok.cli.FilterOptions;
import dev.priok.cli.Session;
import dev.priok.cli.format.HumanDuration;
import dev.priok.cli.format.HumanSize;
import dev.priok.cli.format.Instants;
import dev.priok.cli.format.Listing;
import dev.priok.client.Filters;
import dev.priok.model.api.image.ImageSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok images}: lists images, a line a name. */
@CommandLine.Command(
    name = "images",
    customSynopsis = "priok images [OPTIONS] [REPOSITORY[:TAG]]",
    description = "List images")
public final class ListCommand extends Command {
  private static final String NONE = "<none>";
  private static final Map<String, String> HEADERS =
      Map.of(
          "Repository", "REPOSITORY",
          "Tag", "TAG",
          "Digest", "DIGEST",
          "ID", "IMAGE ID",
          "CreatedSince", "CREATED",
          "CreatedAt", "CREATED AT",
          "Size", "SIZE",
          "Containers", "CONTAINERS",
          "SharedSize", "SHARED SIZE",
          "UniqueSize", "UNIQUE SIZE");

  @Option(
      names = {"-a", "--all"},
      description = "Show all images (default hides intermediate images).")
  boolean all;

  @Option(names = "--digests", description = "Show digests.")
  boolean digests;

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

  @Option(names = "--no-trunc", description = "Don't truncate output.")
  boolean noTrunc;

  @Option(
      names = {"-q", "--quiet"},
      description = "Only show image IDs.")
  boolean quiet;

  /** Takes its arguments. */
  public ListCommand() {
    super(0, 1);
  }

  @Override
  public int run(Session session) throws Exception {
    Filters chosen = FilterOptions.parse(filters);
    if (!arguments().isEmpty()) {
      chosen = chosen.and("reference", argument(0));
    }
    List<ImageSummary> images =
        session.client().images().list(all, chosen).stream()
            .sorted(Comparator.comparingInt(ListCommand::created).reversed())
            .toList();
    List<String> usual =
        digests
            ? List.of("Repository", "Tag", "Digest", "ID", "CreatedSince", "Size")
            : List.of("Repository", "Tag", "ID", "CreatedSince", "Size");
    Listing listing = new Listing(HEADERS, usual);
    Set<String> ids = new LinkedHashSet<>();
    for (ImageSummary image : images) {
      for (Map<String, String> cells : lines(image)) {
        ids.add(cells.getOrDefault("ID", ""));
        listing.add(cells, image.labels());
      }
    }
    if (quiet && format == null) {
      ids.forEach(session.out()::println);
    } else {
      listing.print(format, session.out());
    }
    return 0;
  }

  private static int created(ImageSummary image) {
    return image.created() == null ? 0 : image.created();
  }

  private List<Map<String, String>> lines(ImageSummary image) {
    List<Map<String, String>> lines = new ArrayList<>();
    List<String> tags = image.repoTags() == null ? List.of() : image.repoTags();
    List<String> repoDigests = image.repoDigests() == null ? List.of() : image.repoDigests();
    for (String tag : tags) {
      int colon = tag.lastIndexOf(':');
      if (colon < 0 || tag.equals("<none>:<none>")) {
        continue;
      }
      String repository = tag.substring(0, colon);
      String digest =
          repoDigests.stream()
              .filter(d -> d.startsWith(repository + "@"))
              .map(d -> d.substring(repository.length() + 1))
              .findFirst()
              .orElse(NONE);
      lines.add(cells(image, repository, tag.substring(colon + 1), digest));
    }
    if (lines.isEmpty()) {
      String name = repoDigests.isEmpty() ? "" : repoDigests.getFirst();
      int at = name.indexOf('@');
      boolean known = at > 0 && !name.startsWith(NONE);
      lines.add(
          cells(
              image,
              known ? name.substring(0, at) : NONE,
              NONE,
              known ? name.substring(at + 1) : NONE));
    }
    return lines;
  }

  private Map<String, String> cells(
      ImageSummary image, String repository, String tag, String digest) {
    Instant created = Instant.ofEpochSecond(created(image));
    String age =
        created(image) <= 0
            ? "N/A"
            : HumanDuration.of(Duration.between(created, Instant.now())) + " ago";
    Map<String, String> cells = new HashMap<>();
    cells.put("Repository", repository);
    cells.put("Tag", tag);
    cells.put("Digest", digest);
    cells.put("ID", id(image.id() == null ? "" : image.id()));
    cells.put("CreatedSince", age);
    cells.put("CreatedAt", Instants.created(created));
    cells.put("Size", HumanSize.ofImage(image.size() == null ? 0 : image.size()));
    cells.put("Containers", count(image.containers()));
    cells.put("SharedSize", size(image.sharedSize()));
    cells.put("UniqueSize", "N/A");
    return cells;
  }

  private String id(String id) {
    if (noTrunc) {
      return id;
    }
    String hex = id.startsWith("sha256:") ? id.substring("sha256:".length()) : id;
    return hex.length() > 12 ? hex.substring(0, 12) : hex;
  }

  private static String count(@Nullable Integer count) {
    return count == null || count < 0 ? "N/A" : count.toString();
  }

  private static String size(@Nullable Long size) {
    return size == null || size < 0 ? "N/A" : HumanSize.ofImage(size);
  }
}
