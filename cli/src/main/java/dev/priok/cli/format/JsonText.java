package dev.priok.cli.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.model.api.Json;
import java.util.Iterator;
import java.util.Map;

/** JSON on one line, or indented by four blanks as {@code docker inspect} prints it. */
public final class JsonText {
  private static final String INDENT = "    ";

  private JsonText() {}

  /** On one line. */
  public static String compact(JsonNode node) {
    try {
      return Json.mapper().writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }

  /** Indented. */
  public static String indented(JsonNode node) {
    StringBuilder text = new StringBuilder();
    write(node, "", text);
    return text.toString();
  }

  private static void write(JsonNode node, String indent, StringBuilder text) {
    String inner = indent + INDENT;
    if (node.isObject() && !node.isEmpty()) {
      text.append("{\n");
      Iterator<Map.Entry<String, JsonNode>> members = node.properties().iterator();
      while (members.hasNext()) {
        Map.Entry<String, JsonNode> member = members.next();
        text.append(inner)
            .append(compact(Json.mapper().getNodeFactory().textNode(member.getKey())));
        text.append(": ");
        write(member.getValue(), inner, text);
        text.append(members.hasNext() ? ",\n" : "\n");
      }
      text.append(indent).append('}');
    } else if (node.isArray() && !node.isEmpty()) {
      text.append("[\n");
      for (int i = 0; i < node.size(); i++) {
        text.append(inner);
        write(node.get(i), inner, text);
        text.append(i + 1 < node.size() ? ",\n" : "\n");
      }
      text.append(indent).append(']');
    } else {
      text.append(compact(node));
    }
  }
}
