package dev.priok.cli.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.cli.CliException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The part of Go's text/template that {@code --format} is used with: fields, variables, pipelines,
 * if, range, with, and docker's functions. Anything else is refused when the template is read.
 */
public final class GoTemplate {
  private final List<TemplateNode> nodes;

  private GoTemplate(List<TemplateNode> nodes) {
    this.nodes = nodes;
  }

  /**
   * Reads a template.
   *
   * @throws CliException with exit code 64, as docker has it, when it is malformed or uses what is
   *     not supported
   */
  public static GoTemplate parse(String text) {
    return new GoTemplate(new TemplateParser(text).parse());
  }

  /** Fills the template with {@code data}. */
  public String render(JsonNode data) {
    return render(data, Map.of());
  }

  /** As {@link #render(JsonNode)}, with methods of one argument, such as {@code .Label "name"}. */
  public String render(JsonNode data, Map<String, UnaryOperator<String>> methods) {
    StringBuilder out = new StringBuilder();
    new Run(data, methods, out).nodes(nodes, data);
    return out.toString();
  }

  private static final class Run {
    private final StringBuilder out;
    private final TemplateExpressions expressions;
    private final Map<String, JsonNode> variables = new HashMap<>();

    Run(JsonNode root, Map<String, UnaryOperator<String>> methods, StringBuilder out) {
      this.out = out;
      variables.put("$", root);
      this.expressions = new TemplateExpressions(variables, methods);
    }

    void nodes(List<TemplateNode> nodes, JsonNode dot) {
      nodes.forEach(node -> node(node, dot));
    }

    private void node(TemplateNode node, JsonNode dot) {
      switch (node) {
        case TemplateNode.Text text -> out.append(text.text());
        case TemplateNode.Action action -> {
          JsonNode value = expressions.pipeline(action.pipeline(), dot);
          if (action.variable() != null) {
            variables.put(action.variable(), value);
          } else {
            out.append(TemplateValues.print(TemplateValues.present(value, action.pipeline())));
          }
        }
        case TemplateNode.Choice choice -> {
          JsonNode value = expressions.pipeline(choice.condition(), dot);
          boolean holds = TemplateValues.truth(value);
          nodes(holds ? choice.then() : choice.otherwise(), holds && choice.with() ? value : dot);
        }
        case TemplateNode.Range range -> range(range, dot);
      }
    }

    private void range(TemplateNode.Range range, JsonNode dot) {
      JsonNode value = expressions.pipeline(range.over(), dot);
      if (value.isEmpty()) {
        nodes(range.otherwise(), dot);
      } else if (value.isArray()) {
        for (int i = 0; i < value.size(); i++) {
          step(range, TemplateValues.number(i), value.get(i));
        }
      } else {
        // Go walks a map in the order of its keys.
        Map<String, JsonNode> sorted = new TreeMap<>();
        for (Iterator<Map.Entry<String, JsonNode>> it = value.properties().iterator();
            it.hasNext(); ) {
          Map.Entry<String, JsonNode> member = it.next();
          sorted.put(member.getKey(), member.getValue());
        }
        sorted.forEach((k, v) -> step(range, TemplateValues.text(k), v));
      }
    }

    private void step(TemplateNode.Range range, JsonNode key, JsonNode value) {
      set(range.key(), key);
      set(range.value(), value);
      nodes(range.body(), value);
    }

    private void set(@Nullable String variable, JsonNode value) {
      if (variable != null) {
        variables.put(variable, value);
      }
    }
  }
}
