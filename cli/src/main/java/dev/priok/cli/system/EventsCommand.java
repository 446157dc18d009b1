package dev.priok.cli.system;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.cli.Command;
import dev.priok.cli.FilterOptions;
import dev.priok.cli.Session;
import dev.priok.cli.format.GoTemplate;
import dev.priok.cli.format.Instants;
import dev.priok.cli.format.JsonText;
import dev.priok.client.streams.JsonStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok events}: what happens, as it happens. */
@CommandLine.Command(
    name = "events",
    customSynopsis = "priok events [OPTIONS]",
    description = "Get real time events from the server")
public final class EventsCommand extends Command {
  @Option(
      names = {"-f", "--filter"},
      paramLabel = "filter",
      description = "Filter output based on conditions provided.")
  List<String> filters = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "string",
      description = "Format output: 'json' or a Go template.")
  @Nullable String format;

  @Option(
      names = "--since",
      paramLabel = "string",
      description = "Show all events created since timestamp.")
  @Nullable String since;

  @Option(
      names = "--until",
      paramLabel = "string",
      description = "Stream events until this timestamp.")
  @Nullable String until;

  /** Takes its arguments. */
  public EventsCommand() {
    super(0, 0);
  }

  @Override
  public int run(Session session) throws Exception {
    boolean json = "json".equals(format) || "{{json .}}".equals(format);
    GoTemplate template =
        format == null || format.isEmpty() || json ? null : GoTemplate.parse(format);
    try (JsonStream<JsonNode> events =
        session
            .client()
            .system()
            .eventsJson(
                Instants.parse(since, "--since"),
                Instants.parse(until, "--until"),
                FilterOptions.parse(filters))) {
      for (JsonNode event = events.next(); event != null; event = events.next()) {
        String line;
        if (json) {
          line = JsonText.compact(event);
        } else {
          line = template == null ? line(event) : template.render(event);
        }
        session.out().println(line);
        if (session.out().checkError()) {
          return 1;
        }
      }
    }
    return 0;
  }

  static String line(JsonNode event) {
    long nanos = event.path("timeNano").asLong();
    Instant time =
        nanos == 0
            ? Instant.ofEpochSecond(event.path("time").asLong())
            : Instant.ofEpochSecond(nanos / 1_000_000_000L, nanos % 1_000_000_000L);
    StringJoiner attributes = new StringJoiner(", ", " (", ")");
    attributes.setEmptyValue("");
    TreeMap<String, String> sorted = new TreeMap<>();
    event
        .path("Actor")
        .path("Attributes")
        .properties()
        .forEach(a -> sorted.put(a.getKey(), a.getValue().asText()));
    sorted.forEach((name, value) -> attributes.add(name + "=" + value));
    return Instants.local(time)
        + " "
        + event.path("Type").asText()
        + " "
        + event.path("Action").asText()
        + " "
        + event.path("Actor").path("ID").asText()
        + attributes;
  }
}
