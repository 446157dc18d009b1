package dev.priok.cli.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.priok.cli.CliException;
import dev.priok.cli.format.TemplateNode.Operand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Works out the values of pipelines. */
final class TemplateExpressions {
  private final Map<String, JsonNode> variables;
  private final Map<String, UnaryOperator<String>> methods;

  TemplateExpressions(Map<String, JsonNode> variables, Map<String, UnaryOperator<String>> methods) {
    this.variables = variables;
    this.methods = methods;
  }

  JsonNode pipeline(TemplateNode.Pipeline pipeline, JsonNode dot) {
    JsonNode value = MissingNode.getInstance();
    boolean first = true;
    for (TemplateNode.Call call : pipeline.calls()) {
      List<JsonNode> arguments = new ArrayList<>();
      for (Operand argument : call.arguments()) {
        arguments.add(operand(argument, dot));
      }
      if (!first) {
        arguments.add(value);
      }
      value = call(call.head(), arguments, dot);
      first = false;
    }
    return value;
  }

  private JsonNode call(Operand head, List<JsonNode> arguments, JsonNode dot) {
    if (head instanceof TemplateNode.Function function) {
      return TemplateFunctions.call(function.name(), arguments);
    }
    if (head instanceof TemplateNode.Field field && arguments.size() == 1) {
      UnaryOperator<String> method =
          field.names().size() == 1 ? methods.get(field.names().getFirst()) : null;
      if (method != null) {
        return TemplateValues.text(method.apply(arguments.getFirst().asText()));
      }
    }
    if (!arguments.isEmpty()) {
      throw new CliException(
          64, "template parsing error: template: :1: can't give argument to non-function");
    }
    return operand(head, dot);
  }

  private JsonNode operand(Operand operand, JsonNode dot) {
    return switch (operand) {
      case TemplateNode.Field field -> path(dot, field.names());
      case TemplateNode.Variable variable -> path(variable(variable.name()), variable.names());
      case TemplateNode.Literal literal -> TemplateValues.text(literal.text());
      case TemplateNode.Whole number -> TemplateValues.number(number.value());
      case TemplateNode.Constant constant ->
          constant.name().equals("nil")
              ? NullNode.getInstance()
              : BooleanNode.valueOf(constant.name().equals("true"));
      case TemplateNode.Function function -> TemplateFunctions.call(function.name(), List.of());
      case TemplateNode.Nested nested -> path(pipeline(nested.pipeline(), dot), nested.names());
    };
  }

  private JsonNode variable(String name) {
    JsonNode value = variables.get(name);
    if (value == null) {
      throw new CliException(
          64, "template parsing error: template: :1: undefined variable \"" + name + "\"");
    }
    return value;
  }

  /**
   * Members by name. Docker's templates may use the names of the Go structures ({@code .ID}) as
   * well as those on the wire ({@code .Id}), which differ in case only; the exact name wins.
   */
  static JsonNode path(JsonNode start, List<String> names) {
    JsonNode value = start;
    for (String name : names) {
      value = member(value, name);
    }
    return value;
  }

  private static JsonNode member(JsonNode value, String name) {
    @Nullable JsonNode exact = value.get(name);
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      if (member.getKey().equalsIgnoreCase(name)) {
        return member.getValue();
      }
    }
    return MissingNode.getInstance();
  }
}
