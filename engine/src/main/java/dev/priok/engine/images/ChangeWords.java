package dev.priok.engine.images;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.model.api.Json;
import dev.priok.model.error.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The lexical side of Dockerfile instructions: lists, words, quotes, variables. */
final class ChangeWords {
  private final Map<String, String> variables;

  ChangeWords(Map<String, String> variables) {
    this.variables = variables;
  }

  /** A JSON list of strings ("exec form"), or nothing where the text is not one. */
  static Optional<List<String>> list(String text) {
    if (!text.startsWith("[")) {
      return Optional.empty();
    }
    try {
      JsonNode node = Json.mapper().readTree(text);
      if (node == null || !node.isArray()) {
        return Optional.empty();
      }
      List<String> words = new ArrayList<>();
      for (JsonNode item : node) {
        if (!item.isTextual()) {
          return Optional.empty();
        }
        words.add(item.asText());
      }
      return Optional.of(words);
    } catch (JsonProcessingException e) {
      return Optional.empty(); // Docker too takes a broken list for a shell command.
    }
  }

  /** Splits at white space outside quotes; quotes and escapes stay as written. */
  static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
        word.append(c).append(text.charAt(++i));
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
        word.append(c);
      } else if (c == '"' || c == '\'') {
        quote = c;
        word.append(c);
      } else if (Character.isWhitespace(c)) {
        if (!word.isEmpty()) {
          words.add(word.toString());
          word.setLength(0);
        }
      } else {
        word.append(c);
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }

  /** {@code name=value ...}, or the old form {@code name rest of the line}. */
  Map<String, String> pairs(String instruction, String text) {
    List<String> words = split(text);
    if (words.isEmpty()) {
      throw EngineException.invalid("%s requires at least one argument", instruction);
    }
    Map<String, String> result = new LinkedHashMap<>();
    if (!words.getFirst().contains("=")) {
      String name = words.getFirst();
      String value = text.substring(text.indexOf(name) + name.length()).strip();
      if (value.isEmpty()) {
        throw EngineException.invalid("%s must have two arguments", instruction);
      }
      result.put(expand(name), expand(value));
      return result;
    }
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw EngineException.invalid(
            "Syntax error - can't find = in \"%s\". Must be of the form: name=value", word);
      }
      if (equals == 0) {
        throw EngineException.invalid("%s names can not be blank", instruction);
      }
      result.put(expand(word.substring(0, equals)), expand(word.substring(equals + 1)));
    }
    return result;
  }

  /** Takes quotes and escapes away and puts variables in. */
  String expand(String text) {
    StringBuilder out = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
        char next = text.charAt(++i);
        if (quote == '"' && next != '"' && next != '\\' && next != '$') {
          out.append('\\');
        }
        out.append(next);
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else if (c == '$' && quote != '\'') {
        i = variable(text, i, out);
      } else {
        out.append(c);
      }
    }
    if (quote != 0) {
      throw EngineException.invalid(
          "failed to process \"%s\": unexpected end of statement while looking for matching %s",
          text, quote == '"' ? "double-quote" : "single-quote");
    }
    return out.toString();
  }

  /** Writes the value of the variable at {@code at}; returns the index of its last character. */
  private int variable(String text, int at, StringBuilder out) {
    if (at + 1 < text.length() && text.charAt(at + 1) == '{') {
      int end = text.indexOf('}', at);
      if (end < 0) {
        throw EngineException.invalid("failed to process \"%s\": syntax error: missing '}'", text);
      }
      String inside = text.substring(at + 2, end);
      int colon = inside.indexOf(':');
      String name = colon < 0 ? inside : inside.substring(0, colon);
      String value = variables.getOrDefault(name, "");
      if (colon < 0) {
        out.append(value);
      } else if (inside.startsWith(":-", colon)) {
        out.append(value.isEmpty() ? expand(inside.substring(colon + 2)) : value);
      } else if (inside.startsWith(":+", colon)) {
        out.append(value.isEmpty() ? "" : expand(inside.substring(colon + 2)));
      } else {
        throw EngineException.invalid(
            "failed to process \"%s\": unsupported modifier (%s) in substitution",
            text, inside.substring(colon));
      }
      return end;
    }
    int end = at + 1;
    while (end < text.length()
        && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
      end++;
    }
    if (end == at + 1) {
      out.append('$');
      return at;
    }
    out.append(variables.getOrDefault(text.substring(at + 1, end), ""));
    return end - 1;
  }
}
