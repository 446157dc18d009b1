package dev.priok.cli.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.priok.model.api.Json;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A list of objects by {@code --format}: the usual table, a table of chosen columns, or lines. */
public final class Listing {
  private final Map<String, String> headers;
  private final List<String> usual;
  private final List<Row> rows = new ArrayList<>();

  /** An object's cells by the names that templates use, and its labels. */
  public record Row(Map<String, String> cells, Map<String, String> labels) {}

  /** A list with these column names and headers, of which {@code usual} are shown by default. */
  public Listing(Map<String, String> headers, List<String> usual) {
    this.headers = new LinkedHashMap<>(headers);
    this.usual = List.copyOf(usual);
  }

  /** Adds an object. */
  public void add(Map<String, String> cells, @Nullable Map<String, String> labels) {
    rows.add(new Row(cells, labels == null ? Map.of() : labels));
  }

  /** Prints the list; a null or empty format is the usual table. */
  public void print(@Nullable String format, PrintStream out) {
    if (format == null || format.isEmpty() || format.equals("table")) {
      Table table = new Table();
      table.add(usual.stream().map(name -> headers.getOrDefault(name, name)).toList());
      rows.forEach(
          row -> table.add(usual.stream().map(n -> row.cells().getOrDefault(n, "")).toList()));
      table.print(out);
    } else if (format.startsWith("table ")) {
      String text = unescape(format.substring("table ".length())).strip();
      GoTemplate template = GoTemplate.parse(text);
      Table table = new Table();
      table.add(cells(template.render(node(headers), Map.of("Label", l -> l))));
      rows.forEach(row -> table.add(cells(render(template, row))));
      table.print(out);
    } else {
      GoTemplate template =
          GoTemplate.parse(format.equals("json") ? "{{json .}}" : unescape(format));
      rows.forEach(row -> out.println(render(template, row)));
      out.flush();
    }
  }

  private static String render(GoTemplate template, Row row) {
    Map<String, UnaryOperator<String>> methods =
        Map.of("Label", name -> row.labels().getOrDefault(name, ""));
    return template.render(node(row.cells()), methods);
  }

  /** Members in the order of their names, as Go writes a map. */
  private static ObjectNode node(Map<String, String> cells) {
    ObjectNode node = Json.mapper().createObjectNode();
    new TreeMap<>(cells).forEach(node::put);
    return node;
  }

  private static List<String> cells(String line) {
    return List.of(line.split("\t", -1));
  }

  private static String unescape(String format) {
    return format.replace("\\t", "\t").replace("\\n", "\n");
  }
}
