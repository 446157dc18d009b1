package dev.priok.cli.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.priok.cli.CliException;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** Values of a template: JSON, printed and judged as Go does. */
final class TemplateValues {
  private TemplateValues() {}

  static JsonNode text(String text) {
    return TextNode.valueOf(text);
  }

  static JsonNode number(long value) {
    return LongNode.valueOf(value);
  }

  static JsonNode bool(boolean value) {
    return BooleanNode.valueOf(value);
  }

  /** The value, unless a name in the pipeline led nowhere. */
  static JsonNode present(JsonNode value, TemplateNode.Pipeline pipeline) {
    if (value.isMissingNode()) {
      throw new CliException(
          1,
          "template parsing error: template: :1: executing \"\" at <"
              + pipeline.source()
              + ">: there is no such key");
    }
    return value;
  }

  static boolean truth(JsonNode value) {
    return switch (value.getNodeType()) {
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> value.doubleValue() != 0;
      case STRING -> !value.textValue().isEmpty();
      case ARRAY, OBJECT -> !value.isEmpty();
      default -> false;
    };
  }

  static String print(JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return "<nil>";
    }
    if (value.isArray()) {
      StringJoiner joined = new StringJoiner(" ", "[", "]");
      value.forEach(element -> joined.add(print(element)));
      return joined.toString();
    }
    if (value.isObject()) {
      Map<String, JsonNode> sorted = new TreeMap<>();
      value.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
      StringJoiner joined = new StringJoiner(" ", "map[", "]");
      sorted.forEach((k, v) -> joined.add(k + ":" + print(v)));
      return joined.toString();
    }
    return value.asText();
  }
}
