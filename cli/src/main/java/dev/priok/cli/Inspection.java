package dev.priok.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.priok.cli.format.GoTemplate;
import dev.priok.cli.format.JsonText;
import dev.priok.model.api.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows objects as the engine describes them: as a JSON array, or each by a template. */
public final class Inspection {
  private final Session session;
  private final @Nullable String format;

  /** Shows on the session's output; a null or empty format is indented JSON. */
  public Inspection(Session session, @Nullable String format) {
    this.session = session;
    this.format = format;
  }

  /** Where an object comes from. */
  @FunctionalInterface
  public interface Source {
    /** The object of that name. */
    JsonNode get(String name) throws Exception;
  }

  /** Shows all that can be found, then what went wrong; answers the exit code. */
  public int show(List<String> names, Source source) {
    GoTemplate template =
        format == null || format.isEmpty() || format.equals("json")
            ? null
            : GoTemplate.parse(format);
    ArrayNode found = Json.mapper().createArrayNode();
    List<String> failures = new ArrayList<>();
    for (String name : names) {
      try {
        JsonNode node = source.get(name);
        if (template == null) {
          found.add(node);
        } else {
          session.out().println(template.render(node));
        }
      } catch (Exception e) {
        failures.add(Failures.describe(e));
      }
    }
    if (template == null) {
      session
          .out()
          .println("json".equals(format) ? JsonText.compact(found) : JsonText.indented(found));
    }
    session.out().flush();
    failures.forEach(session.err()::println);
    return failures.isEmpty() ? 0 : 1;
  }
}
